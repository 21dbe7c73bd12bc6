"""Several channels against torch: groups, biases, every padding, and the channels' sums."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.arithmetic.correlate import Sliding
from course.arithmetic.correlate_channels import channel_sums, correlate_channels, group_reads
from course.arithmetic.errors import LayerError, SettingError, ShapeError

torch = pytest.importorskip("torch")
pairs = st.tuples(st.integers(1, 3), st.integers(1, 3))


def whole(shape: tuple[int, ...], seed: int) -> Any:
    """Whole numbers of either sign, so that sums are exact."""
    return torch.randint(-9, 10, shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@st.composite
def layers(draw: Any) -> dict[str, Any]:
    groups = draw(st.integers(1, 4))
    same = draw(st.booleans())
    return {
        "in": groups * draw(st.integers(1, 2)),
        "out": groups * draw(st.integers(1, 2)),
        "groups": groups,
        "kernel": draw(pairs | st.tuples(st.integers(1, 4), st.integers(1, 4))),
        "stride": (1, 1) if same else draw(pairs),
        "padding": "same" if same else draw(st.tuples(st.integers(0, 3), st.integers(0, 3))),
        "dilation": draw(pairs),
        "padding_mode": draw(st.sampled_from(["zeros", "reflect", "replicate", "circular"])),
        "bias": draw(st.booleans()),
    }


@settings(max_examples=200, deadline=None)
@given(layers(), pairs, st.integers(0, 999))
def test_values_and_refusals_are_those_of_torch(case: dict[str, Any], extra: Any, seed: int) -> None:
    options = {name: case[name] for name in ("stride", "padding", "dilation", "padding_mode", "groups")}
    layer = torch.nn.Conv2d(
        case["in"], case["out"], case["kernel"], bias=case["bias"], dtype=torch.float64, **options
    )
    x = whole((case["in"], 3 + extra[0], 3 + extra[1]), seed)
    with torch.no_grad():
        layer.weight.copy_(whole(tuple(layer.weight.shape), seed + 1))
        if case["bias"]:
            layer.bias.copy_(whole((case["out"],), seed + 2))
        try:
            wanted = layer(x).tolist()
        except (RuntimeError, ValueError):
            wanted = None
    bias = layer.bias.tolist() if case["bias"] else None
    try:
        got = correlate_channels(x.tolist(), layer.weight.tolist(), bias, **options)
    except ShapeError:
        got = None
    assert got == wanted
    if got:
        sliding = Sliding(
            tuple(x.shape[1:]),
            case["kernel"],
            *(options[n] for n in ("stride", "padding", "dilation", "padding_mode")),
        )
        o, r, c = case["out"] - 1, len(got[0]) - 1, 0
        sums = channel_sums(x.tolist(), layer.weight.tolist(), sliding, o, r, c, case["groups"])
        assert len(sums) == case["in"] // case["groups"]
        assert sum(sums) + (bias[o] if bias else 0) == got[o][r][c]


@pytest.mark.parametrize("sides", [((0, 1), (0, 0)), ((1, 2), (3, 0)), ((2, 0), (0, 1))])
@pytest.mark.parametrize("mode", ["zeros", "reflect", "replicate", "circular"])
def test_padding_of_unequal_sides_is_that_of_pad(sides: Any, mode: str) -> None:
    (top, bottom), (left, right) = sides
    x, w = whole((1, 2, 5, 6), 1), whole((3, 2, 2, 3), 2)
    padded = torch.nn.functional.pad(
        x, (left, right, top, bottom), mode="constant" if mode == "zeros" else mode
    )
    got = correlate_channels(x[0].tolist(), w.tolist(), padding=sides, padding_mode=mode, stride=(1, 2))
    assert got == torch.nn.functional.conv2d(padded, w, stride=(1, 2))[0].tolist()


def test_symmetric_padding_is_that_of_numpy() -> None:
    numpy = pytest.importorskip("numpy")
    x, w = whole((1, 2, 5, 6), 3), whole((1, 2, 4, 3), 4)
    padded = torch.from_numpy(numpy.pad(x.numpy(), [(0, 0), (0, 0), (1, 2), (1, 1)], mode="symmetric"))
    got = correlate_channels(x[0].tolist(), w.tolist(), padding="same", padding_mode="symmetric")
    assert got == torch.nn.functional.conv2d(padded, w)[0].tolist()


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 4), st.integers(1, 4), st.integers(1, 4))
def test_groups_part_the_channels(per_in: int, per_out: int, groups: int) -> None:
    reads = [list(group_reads(o, per_in * groups, per_out * groups, groups)) for o in range(per_out * groups)]
    assert all(len(one) == per_in for one in reads)
    assert [i for one in reads[::per_out] for i in one] == list(range(per_in * groups))


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (
            {"groups": 2, "image": [[[1]]] * 3},
            SettingError,
            "groups 2 does not divide in_channels 3: use one of",
        ),
        ({"groups": 0}, SettingError, "groups must be at least 1, got 0"),
        ({"image": []}, ShapeError, "the image has no channel"),
        ({"image": [[[1]], [[1, 2]]]}, ShapeError, "channel 1 of the image is 1x2 where channel 0 is 1x1"),
        ({"kernel": []}, ShapeError, "the kernel has no output channel"),
        (
            {"kernel": [[[[1]]]]},
            ShapeError,
            "weights for 1 input channels and must have them for 2: the image has 2",
        ),
        (
            {"kernel": [[[[1]]] * 2, [[[1, 1]]] * 2]},
            ShapeError,
            "output channel 1 have another size than those of 0",
        ),
        ({"bias": [1, 2]}, ShapeError, "bias has 2 numbers where there are 1 output channels"),
        ({"padding": "full"}, SettingError, "padding 'full' is not known: use numbers, 'same' or 'valid'"),
        ({"padding": "same", "stride": 2}, SettingError, "padding 'same' is defined for stride 1 only"),
        ({"padding": ((1, 2), 3)}, SettingError, "padding takes ((top, bottom), (left, right))"),
        ({"padding": ((1, -2), (0, 0))}, SettingError, "padding (height) must be at least 0, got -2"),
    ],
)
def test_errors_name_the_value_the_rule_and_the_mend(
    arguments: Any, error: type[LayerError], words: str
) -> None:
    with pytest.raises(error) as caught:
        correlate_channels(**{"image": [[[1]], [[2]]], "kernel": [[[[1]], [[1]]]], **arguments})
    assert words in str(caught.value)
