"""Every rule against torch on random legal settings: shape, parameters, multiply–adds, and the gradient's support."""

import pytest
import torch
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from course.arithmetic import Graph, LayerError, Linear, Node, Norm, Pool, sequence
from tests.arithmetic import strategies
from tests.arithmetic.oracle import TorchNet, flops, support

#: The families of layers, with how many settings of each are tried: 2,400 in all.
FAMILIES = {"convs": 1000, "transposed": 500, "pools": 500, "resamplings": 400}


def run(count):
    return settings(
        max_examples=count,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
    )


def draw_legal(data, family):
    shape = data.draw(strategies.shapes())
    layer = data.draw(getattr(strategies, family)(shape))
    try:
        report = sequence(layer, input_shape=shape).report()
    except LayerError as error:
        event(f"refused: {type(error).__name__}")
        assume(False)
    # torch refuses 3-D average windows wider than the input before padding, in 3-D alone; the arithmetic has no such rule.
    bound = report.rows[0].layer
    if isinstance(bound, Pool) and bound.kind == "avg" and len(shape) == 4:
        assume(
            all(
                k <= n
                for k, n in zip(
                    (bound.kernel_size,) * 3 if isinstance(bound.kernel_size, int) else bound.kernel_size,
                    shape[1:],
                    strict=True,
                )
            )
        )
    return report


def draw_position(data, report):
    return tuple(data.draw(st.integers(0, n - 1)) for n in report.output_shape[1:])


def check(report, position):
    """Shape, parameters, multiply–adds and support of one graph against torch."""
    net = TorchNet(report)
    assert (
        tuple(net(torch.zeros(1, *report.input_shape, dtype=torch.float64)).shape[1:]) == report.output_shape
    )
    assert sum(p.numel() for p in net.parameters()) == report.parameters
    assert sum(b.numel() for b in net.buffers() if b.is_floating_point()) == report.buffers
    assert 2 * report.multiply_adds == flops(report)
    assert report.reads(report.rows[-1].name, position) == support(report, position)


@pytest.mark.parametrize("family", FAMILIES)
def test_one_layer(family):
    @run(FAMILIES[family])
    @given(st.data())
    def test(data):
        report = draw_legal(data, family)
        check(report, draw_position(data, report))

    test()


@pytest.mark.parametrize("dim", [1, 2])
def test_graphs(dim):
    @run(250)
    @given(st.data())
    def test(data):
        report = data.draw(strategies.graphs(dim)).report()
        event(f"aligned: {report.field.aligned}; phases: {min(4, max(len(p) for p in report.field.phases))}")
        check(report, draw_position(data, report))

    test()


@run(150)
@given(st.data())
def test_the_pattern_of_the_interior_is_the_support(data):
    """``row.field`` states the interior; on an input wide enough it is what the gradient sees, phase by phase."""
    graph = data.draw(strategies.graphs(1, steps=4))
    small = graph.report()
    assume(all(axis.advance is not None and not axis.whole for axis in small.field.axes))
    wide = Graph(graph.nodes, (graph.input_shape[0], 16 * graph.input_shape[1]))
    try:
        report = wide.report()
    except LayerError:
        assume(False)
    period = len(report.field.axes[0].reads)
    middle = report.output_shape[1] // 2
    assume(
        report.field.axes == small.field.axes
        and report.field.size[0] * 4 < report.input_shape[1]
        and period < middle
    )
    for p in range(middle, middle + period):
        assert support(report, (p,))[0] == report.field.axes[0].at(p).positions


@pytest.mark.parametrize(
    ("layer", "shape"),
    [
        (Norm("batch"), (6, 5, 5)), (Norm("layer"), (6, 5, 5)), (Norm("layer"), (7,)), (Norm("group", groups=3), (6, 5, 5)),
        (Norm("instance"), (6, 5, 5)), (Norm("instance", affine=True), (6, 5)), (Norm("local_response"), (6, 5, 5)),
        (Norm("batch", affine=False), (6, 5, 5)), (Linear(None, 9), (7,)), (Linear(7, 9, bias=False), (7,)),
    ],
)  # fmt: skip
def test_layers_without_a_window(layer, shape):
    report = sequence(layer, input_shape=shape).report()
    net = TorchNet(report)
    assert tuple(net(torch.rand(2, *shape, dtype=torch.float64)).shape[1:]) == report.output_shape
    assert sum(p.numel() for p in net.parameters()) == report.parameters
    assert sum(b.numel() for b in net.buffers() if b.is_floating_point()) == report.buffers
    assert 2 * report.multiply_adds == flops(report)


@pytest.mark.parametrize("kind", ["batch", "layer", "group", "instance", "local_response"])
def test_norms_that_read_the_whole_input_are_those_whose_gradient_does(kind):
    layer = Norm(kind, groups=2 if kind == "group" else None)
    report = Graph((Node("norm", layer, ("input",)),), (4, 6, 6)).report()
    net = TorchNet(report)
    x = torch.rand(1, 4, 6, 6, dtype=torch.float64, requires_grad=True)
    net(x)[0, 0, 2, 3].backward()
    reads = (x.grad.abs().sum(dim=(0, 1)) > 1e-12).sum().item()
    assert (reads == 36) == report.field.whole_input
    assert reads in (1, 36)
