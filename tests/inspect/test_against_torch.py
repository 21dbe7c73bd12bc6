"""Random graphs built in torch: the card against torch's own shapes, counts and gradients."""

import pytest
import torch
from hypothesis import HealthCheck, Phase, assume, event, given, settings
from hypothesis import strategies as st

from course.arithmetic import Field, LayerError
from course.arithmetic.field import AxisField
from course.inspect import analyze
from tests.arithmetic import strategies
from tests.arithmetic.oracle import TorchNet, flops, support
from tests.effort import THOROUGH


def run(count):
    return settings(
        max_examples=count,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],  # a failing graph is short enough as it is drawn
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
    )


def card_of(report):
    net = TorchNet(report)
    return net, analyze(net, report.input_shape)


def check(report, position):
    """Everything torch can say about a net, at one output position."""
    net, card = card_of(report)
    with torch.no_grad():
        shape = tuple(net(torch.zeros(1, *report.input_shape, dtype=torch.float64)).shape[1:])
    assert card.output_shape == shape
    assert card.parameters == sum(p.numel() for p in net.parameters())
    assert card.buffers == sum(b.numel() for b in net.buffers() if b.is_floating_point())
    assert 2 * card.multiply_adds == flops(report)
    assert card.complete
    assert card.parameters == sum(row.parameters for row in card.rows)
    ((_, field, last),) = card.outputs.values()
    stated, read = card.reads(last, position), support(report, position)
    if stated != read:  # the statement axis by axis may be too wide where paths starve, never too narrow
        assert can_starve(report)
        assert all(set(b) <= set(a) for a, b in zip(stated, read, strict=True))
        event("stated too wide, in a net with layers that leave outputs without any input")
    assert isinstance(field, Field)
    assert (field.size, field.jump, field.start, field.aligned) == (
        report.field.size,
        report.field.jump,
        report.field.start,
        report.field.aligned,
    )


def can_starve(report):
    """Whether some output of some layer reads nothing: transposed kernels narrower than their stride, or windows on padding alone."""
    return any(
        not reads.mask
        for row in report.rows
        for axis in row.layer.field_after(
            tuple(
                Field(tuple(AxisField.listed(n) for n in shape[1:]), shape[1:], shape[1:])
                for shape in row.input_shapes
            ),
            row.input_shapes,
        ).axes
        for reads in axis.reads
    )


@pytest.mark.parametrize(
    ("dim", "count"), [(1, 900), (2, 900), (3, 200)] if THOROUGH else [(1, 200), (2, 200), (3, 50)]
)
def test_graphs(dim, count):
    @run(count)
    @given(st.data())
    def test(data):
        try:
            report = data.draw(strategies.graphs(dim, steps=5 if dim < 3 else 3)).report()
        except LayerError:
            assume(False)
        event(f"aligned: {report.field.aligned}; phases: {min(4, max(len(p) for p in report.field.phases))}")
        check(report, tuple(data.draw(st.integers(0, n - 1)) for n in report.output_shape[1:]))

    test()
