"""The benchmark's reasons: every difference to another tool is taken apart to the unit, and a wrong figure of ours is not excused."""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from course.inspect import Card, analyze
from tests.benchmarks.ledger import (
    UNEXPLAINED,
    Skipped,
    Terms,
    exclusive,
    of_counter,
    of_fvcore,
    of_parameters,
    of_torchinfo,
    told,
)
from tests.benchmarks.nets import OTHERS, Functional, Recurrent, Reused, Transposed

WHY = "{} is not installed: make bench-inspect installs it"


class Attention(nn.Module):
    """A layer that torch runs as one operation, on a sequence, and a norm."""

    def __init__(self) -> None:
        super().__init__()
        self.norm, self.attend = nn.LayerNorm(8), nn.MultiheadAttention(8, 2, batch_first=True)

    def forward(self, x: Tensor) -> Tensor:
        """Return a sequence."""
        y = self.norm(x)
        return self.attend(y, y, y, need_weights=False)[0]


class Summed(nn.Module):
    """A sum of products by einsum whose figure has more than four digits."""

    def forward(self, x: Tensor) -> Tensor:
        """Return all pairs of rows."""
        return torch.einsum("b i d, b j d -> b i j", x, x)


def small() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 2)
    )


def with_torchinfo(net: nn.Module, card: Card, shape: tuple[int, ...]) -> Terms:
    torchinfo = pytest.importorskip("torchinfo", reason=WHY.format("torchinfo"))
    return of_torchinfo(net, card, torchinfo.summary(net, input_size=(1, *shape), verbose=0))


def with_fvcore(net: nn.Module, card: Card, shape: tuple[int, ...]) -> Terms:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fvcore = pytest.importorskip("fvcore.nn", reason=WHY.format("fvcore"))
        found = fvcore.FlopCountAnalysis(net, torch.rand(1, *shape)).unsupported_ops_warnings(False)
        found.uncalled_modules_warnings(False).tracer_warnings("none").total()
        return of_fvcore(net, card, found)


def with_counter(net: nn.Module, card: Card, shape: tuple[int, ...]) -> Terms:
    with torch.no_grad(), Skipped() as watch, FlopCounterMode(display=False) as counter:
        net(torch.rand(1, *shape))
    return of_counter(net, card, counter, watch)


TOOLS = {"torchinfo": with_torchinfo, "fvcore": with_fvcore, "counter": with_counter}
BIAS, ONCE = "counts biases", "counts a weight once for each module that shares it"
#: Worked out by hand from the nets' settings: what each tool counts more or less than products, and why.
EXPECTED: list[tuple[str, Callable[[], nn.Module], tuple[int, ...], dict[str, int]]] = [
    ("torchinfo", small, (3, 8, 8), {BIAS: 4 * 36 + 2, "counts the weights and biases of BatchNorm2d": 8}),
    ("fvcore", small, (3, 8, 8), {
        "counts batch_norm (2 for each element)": 2 * 4 * 36,
        "counts adaptive_avg_pool2d (1 for each element of the input)": 4 * 36,
    }),
    ("counter", small, (3, 8, 8), {}),
    ("torchinfo", Transposed, (3, 32, 32), {
        BIAS: 16 * 256 + 8 * 1024 + 1024,
        "counts ConvTranspose2d at the positions of its output, which are more than it reads": 16 * 8 * 16 * (1024 - 256),
    }),
    ("fvcore", Transposed, (3, 32, 32), {}),
    ("counter", Transposed, (3, 32, 32), {}),
    ("torchinfo", Functional, (3, 32, 32), {
        "does not see conv called as a function": -8 * 27 * 1024, "does not see linear called as a function": -80,
    }),
    ("fvcore", Functional, (3, 32, 32), {}),
    ("torchinfo", Reused, (3, 32, 32), {BIAS: 5 * 3 * 1024}),
    ("torchinfo", lambda: nn.Sequential(nn.Linear(8, 5)), (7, 8), {
        "counts a Linear once, not at each of the positions that it is applied to": -6 * 40, BIAS: 5,
    }),
    ("torchinfo", Attention, (6, 8), {
        "does not count MultiheadAttention, which has modules inside": -(6 * 4 * 64 + 2 * 2 * 6 * 6 * 4),
        "counts the weights and biases of LayerNorm": 16,
    }),
    ("fvcore", Attention, (6, 8), {
        "skips aten::scaled_dot_product_attention, which is on its list of unsupported operations": -2 * 2 * 6 * 6 * 4,
        "counts layer_norm (5 for each element)": 5 * 48,
    }),
    ("counter", Attention, (6, 8), {
        "skips aten._native_multi_head_attention, for which it has no formula": -(6 * 4 * 64 + 2 * 2 * 6 * 6 * 4),
    }),
    ("fvcore", Summed, (37, 41), {
        "reads einsum off what NumPy prints, which is rounded to four digits": 112_300 // 2 - 37 * 37 * 41,
    }),
    ("torchinfo", Summed, (37, 41), {"does not see einsum called as a function": -37 * 37 * 41}),
    ("counter", Summed, (37, 41), {}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("tool", "make", "shape", "expected"),
    EXPECTED,
    ids=[
        f"{tool}-{getattr(make, '__name__', '').strip('<>')}-{i}"
        for i, (tool, make, *_) in enumerate(EXPECTED)
    ],
)
def test_each_difference_has_its_reason(tool, make, shape, expected):
    net = make().eval()
    found = TOOLS[tool](net, analyze(net, shape), shape)
    assert {term.reason: term.amount for term in found} == expected


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize(
    ("make", "shape", "wrong"),
    [
        (small, (3, 8, 8), "0"),
        (Transposed, (3, 32, 32), "2"),
        (Attention, (6, 8), "attend"),
        (Functional, (3, 8, 8), "conv"),
    ],
)
def test_a_wrong_figure_of_ours_is_not_excused(tool, make, shape, wrong):
    net = make().eval()
    card = analyze(net, shape)
    rows = [
        dataclasses.replace(row, multiply_adds=row.multiply_adds + 7) if row.name == wrong else row
        for row in card.rows
    ]
    found = TOOLS[tool](net, dataclasses.replace(card, rows=tuple(rows)), shape)
    blind = tool == "torchinfo" and make in (Attention, Functional)  # it looks nowhere near the row
    assert (UNEXPLAINED in [term.reason for term in found]) is not blind
    assert (
        sum(term.amount for term in found) == sum(term.amount for term in TOOLS[tool](net, card, shape)) - 7
    )


def test_what_the_reasons_leave_is_unexplained():
    assert told({"this": 3, "that": -1}, 5) == [(3, "this"), (3, UNEXPLAINED), (-1, "that")]
    assert told({"this": 3, "that": 0}, 3) == [(3, "this")]


@pytest.mark.parametrize("tool", TOOLS)
def test_what_ours_does_not_cover_is_called_so(tool):
    net = Recurrent().eval()
    card = analyze(net, (3, 32, 32))
    assert not card.complete
    assert all(term.reason != UNEXPLAINED for term in TOOLS[tool](net, card, (3, 32, 32)))


def test_parameters():
    net, other = Reused(), small()
    card = analyze(net, (3, 32, 32))
    assert of_parameters(net, card, card.parameters) == []
    assert of_parameters(net, card, card.parameters + 9) == [(9, ONCE)]
    assert of_parameters(net, card, card.parameters + 8) == [(8, UNEXPLAINED)]
    other.idle = nn.Module()
    other.idle.weight = nn.Parameter(torch.rand(5))
    other.forward = lambda x: nn.Sequential(*list(other)[:-1])(x)  # type: ignore[method-assign]
    card = analyze(other, (3, 8, 8))
    assert of_parameters(other, card, card.parameters - 5) == [
        (-5, "leaves out the parts that are not called at test time")
    ]


def test_what_a_module_counts_itself():
    inclusive = {"": {"conv": 10, "mm": 3}, "a.b": {"conv": 6}, "a.b.c": {"conv": 6}, "d": {"mm": 3}}
    assert exclusive(inclusive) == {"": {"conv": 4}, "a.b": {}, "a.b.c": {"conv": 6}, "d": {"mm": 3}}


def test_the_watch_sees_numbers_where_there_are_some():
    net = small().eval()
    with Skipped() as real, torch.no_grad():
        net(torch.rand(1, 3, 8, 8))
    with Skipped() as ours:
        analyze(net, (3, 8, 8))
    assert real.largest >= 4 * 36
    assert ours.calls
    assert ours.largest < 3 * 8 * 8, "something as large as the image was computed"


def test_every_other_net_can_be_analysed():
    for make, shape in OTHERS.values():
        assert analyze(make(), shape).output_shape


def test_a_ratio_is_theirs_over_ours(capsys):
    from tests.benchmarks.tables import print_ratios

    times = ((1.0, 4.0), (2.0, 2.0), (1.0, 3.0))
    results = {
        f"m{i}": {"seconds": {"ours": ours, "torchinfo": theirs}} for i, (ours, theirs) in enumerate(times)
    }
    results["reused"] = {"seconds": {"ours": 1.0, "torchinfo": 100.0}}
    assert print_ratios(results) == {"torchinfo": (2.0, 3.0, 3.5)}
    assert "2 of 3" in capsys.readouterr().out
