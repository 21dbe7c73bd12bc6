"""Transposed convolution: scattering, gathering over inserted zeros, and torch give the same numbers."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.arithmetic.correlate import correlate2d, rotate180
from course.arithmetic.correlate_transposed import Stamping, stuff_zeros, transpose2d, transpose_channels
from course.arithmetic.errors import LayerError, SettingError, ShapeError
from course.arithmetic.transposed import ConvTranspose

torch = pytest.importorskip("torch")


def pairs(low: int, high: int) -> Any:
    return st.tuples(st.integers(low, high), st.integers(low, high))


def whole(shape: tuple[int, ...], seed: int) -> Any:
    return torch.randint(-9, 10, shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@st.composite
def layers(draw: Any) -> dict[str, Any]:
    return {
        "groups": draw(st.integers(1, 3)),
        "per": draw(pairs(1, 2)),
        "input_shape": draw(pairs(1, 4)),
        "kernel_shape": draw(pairs(1, 4)),
        "stride": draw(pairs(1, 3)),
        "padding": draw(pairs(0, 3)),
        "output_padding": draw(pairs(0, 2)),
        "dilation": draw(pairs(1, 3)),
        "bias": draw(st.booleans()),
    }


@settings(max_examples=300, deadline=None)
@given(layers(), st.integers(0, 999))
def test_values_and_refusals_are_those_of_torch(case: dict[str, Any], seed: int) -> None:
    options = {name: case[name] for name in ("stride", "padding", "output_padding", "dilation", "groups")}
    c_in, c_out = (per * case["groups"] for per in case["per"])
    x = whole((c_in, *case["input_shape"]), seed)
    layer = torch.nn.ConvTranspose2d(
        c_in, c_out, case["kernel_shape"], bias=case["bias"], dtype=torch.float64, **options
    )
    with torch.no_grad():
        layer.weight.copy_(whole(tuple(layer.weight.shape), seed + 1))
        if case["bias"]:
            layer.bias.copy_(whole((c_out,), seed + 2))
        try:
            wanted = layer(x).tolist()
        except RuntimeError:
            wanted = None
    try:
        bias = layer.bias.tolist() if case["bias"] else None
        got = transpose_channels(x.tolist(), layer.weight.tolist(), bias, **options)
    except LayerError:
        got = None
    assert got == wanted
    if got:
        layer_of_ours = ConvTranspose(c_in, c_out, case["kernel_shape"], **options)
        assert layer_of_ours.output_shape(tuple(x.shape)) == (c_out, len(got[0]), len(got[0][0]))


@settings(max_examples=200, deadline=None)
@given(layers(), st.integers(0, 999))
def test_scattering_gathering_and_the_stuffed_correlation_agree(case: dict[str, Any], seed: int) -> None:
    names = ("input_shape", "kernel_shape", "stride", "padding", "output_padding", "dilation")
    try:
        stamping = Stamping(**{name: case[name] for name in names})
    except LayerError:
        return
    image, kernel = whole(case["input_shape"], seed).tolist(), whole(case["kernel_shape"], seed + 1).tolist()
    rows, columns = stamping.output_shape
    scattered = [[0.0] * columns for _ in range(rows)]
    counted = [[0] * columns for _ in range(rows)]
    for r, line in enumerate(image):
        for c, value in enumerate(line):
            for tap in stamping.stamp(r, c):
                if tap.source:
                    y, x = tap.source
                    scattered[y][x] += value * kernel[tap.kernel[0]][tap.kernel[1]]
                    counted[y][x] += 1
    assert transpose2d(image, kernel, **{name: case[name] for name in names[2:]}) == scattered
    assert counted == [[a * b for b in stamping.counts(1)] for a in stamping.counts(0)]
    sides = [stamping.stuffed(axis)[1:] for axis in (0, 1)]
    stuffed = stuff_zeros(image, case["stride"])
    assert [len(stuffed), len(stuffed[0])] == [stamping.stuffed(axis)[0] for axis in (0, 1)]
    cut = [tuple(max(0, -side) for side in both) for both in sides]
    kept = [row[cut[1][0] : len(row) - cut[1][1]] for row in stuffed[cut[0][0] : len(stuffed) - cut[0][1]]]
    if kept and kept[0]:
        padding = tuple(tuple(max(0, side) for side in both) for both in sides)
        assert correlate2d(kept, rotate180(kernel), padding=padding, dilation=case["dilation"]) == scattered


def test_stamps_so_far_are_the_first_in_reading_order() -> None:
    image, kernel = [[1, 2], [3, 4]], [[1, 10], [100, 1000]]
    for n in range(5):
        first = [[v if 2 * r + c < n else 0 for c, v in enumerate(row)] for r, row in enumerate(image)]
        assert transpose2d(image, kernel, stride=2, stamps=n) == transpose2d(first, kernel, stride=2)


def test_overlaps_are_even_where_the_stride_divides_the_kernel() -> None:
    for s in (2, 3):
        for k in range(s, 8):
            inner = Stamping((9, 1), (k, 1), (s, 1)).counts(0)[k : 9 * s - k]
            assert (len(set(inner)) == 1) == (k % s == 0)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (
            {"padding": 3},
            ShapeError,
            "height: padding 3 crops all of the transposed convolution's 2 positions",
        ),
        (
            {"output_padding": (0, 1)},
            SettingError,
            "width: output_padding 1 must be smaller than the stride 1",
        ),
        ({"stride": 0}, SettingError, "stride (height) must be at least 1, got 0"),
        ({"groups": 2}, SettingError, "groups 2 does not divide in_channels 1"),
        ({"bias": [1, 2]}, ShapeError, "bias has 2 numbers where there are 1 output channels"),
        ({"kernel": [[[[1]]]] * 2}, ShapeError, "weights for 2 input channels and the image has 1"),
        (
            {"kernel": [[[[1]], [[1, 2]]]]},
            ShapeError,
            "channel 1 of the kernel is 1x2 where channel 0 is 1x1",
        ),
        (
            {"image": [[[1]]] * 2, "kernel": [[[[1]]], [[[1]], [[1]]]]},
            ShapeError,
            "stacks are of unequal sizes",
        ),
    ],
)
def test_errors_name_the_value_the_rule_and_the_mend(
    arguments: Any, error: type[LayerError], words: str
) -> None:
    with pytest.raises(error) as caught:
        transpose_channels(**{"image": [[[1]]], "kernel": [[[[1, 2], [3, 4]]]], **arguments})
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("method", "words"), [("stamp", "input (2, 0) is outside"), ("taps", "output (2, 9) is")]
)
def test_places_that_are_none_are_refused(method: str, words: str) -> None:
    with pytest.raises(ShapeError) as caught:
        getattr(Stamping((2, 2), (2, 2)), method)(2, 0 if method == "stamp" else 9)
    assert words in str(caught.value)
