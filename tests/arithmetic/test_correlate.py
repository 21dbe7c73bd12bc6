"""Correlation, value by value, against torch and against brute force."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.arithmetic.correlate import Sliding, correlate2d, rotate180
from course.arithmetic.errors import LayerError, SettingError, ShapeError

MODES = ["zeros", "reflect", "replicate", "circular"]


def pairs(low: int, high: int) -> Any:
    return st.tuples(st.integers(low, high), st.integers(low, high))


@st.composite
def slides(draw: Any, modes: Any = (*MODES, "symmetric")) -> dict[str, Any]:
    return {
        "input_shape": draw(pairs(1, 7)),
        "kernel_shape": draw(pairs(1, 4)),
        "stride": draw(pairs(1, 4)),
        "padding": draw(pairs(0, 4)),
        "dilation": draw(pairs(1, 3)),
        "padding_mode": draw(st.sampled_from(modes)),
    }


def numbers(shape: tuple[int, int], start: int) -> list[list[float]]:
    """Whole numbers in no particular order, of either sign."""
    return [[(start + 7 * i + 11 * j + 5 * i * j) % 19 - 9 for j in range(shape[1])] for i in range(shape[0])]


@settings(max_examples=400, deadline=None)
@given(slides(MODES), st.integers(0, 18))
def test_values_and_refusals_are_those_of_torch(case: dict[str, Any], start: int) -> None:
    torch = pytest.importorskip("torch")
    image, kernel = numbers(case["input_shape"], start), numbers(case["kernel_shape"], start + 3)
    options = {name: case[name] for name in ("stride", "padding", "dilation", "padding_mode")}
    layer = torch.nn.Conv2d(1, 1, case["kernel_shape"], bias=False, dtype=torch.float64, **options)
    with torch.no_grad():
        layer.weight[0, 0] = torch.tensor(kernel)
        try:
            wanted = layer(torch.tensor(image, dtype=torch.float64)[None, None])[0, 0].tolist()
        except (RuntimeError, ValueError, AssertionError):
            wanted = None
    try:
        got = correlate2d(image, kernel, **options)
    except ShapeError:
        got = None
    assert got == wanted


@settings(max_examples=300, deadline=None)
@given(slides())
def test_taps_read_what_padding_shows_and_unread_is_the_rest(case: dict[str, Any]) -> None:
    try:
        sliding = Sliding(**case)
    except LayerError:
        return
    read: tuple[set[int], set[int]] = set(), set()
    rows, columns = sliding.output_shape
    for row in range(rows):
        for column in range(columns):
            for tap in sliding.taps(row, column):
                read[0].add(tap.place[0])
                read[1].add(tap.place[1])
                inside = all(0 <= p < n for p, n in zip(tap.place, case["input_shape"], strict=True))
                assert (tap.source == tap.place) == inside
                assert (tap.source is None) == (case["padding_mode"] == "zeros" and not inside)
    for axis in (0, 1):
        one, p, n = sliding.unread(axis), case["padding"][axis], case["input_shape"][axis]
        assert read[axis].isdisjoint(one.tail + one.gaps)
        assert sorted(read[axis] | {*one.tail, *one.gaps}) == list(range(-p, n + p))
        assert list(one.tail) == list(range(max(read[axis]) + 1, n + p))


def test_rotating_the_kernel_makes_it_convolution() -> None:
    impulse = [[0] * 5, [0] * 5, [0, 0, 1, 0, 0], [0] * 5, [0] * 5]
    kernel = [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
    assert correlate2d(impulse, rotate180(kernel)) == kernel  # an impulse convolved shows the kernel itself
    assert correlate2d(impulse, kernel) == rotate180(kernel)
    assert rotate180(rotate180(kernel)) == kernel


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"stride": 0}, SettingError, "stride (height) must be at least 1, got 0"),
        ({"stride": (1, 1.5)}, SettingError, "stride (width) must be a whole number, got 1.5"),
        ({"padding": (1, 2, 3)}, SettingError, "padding takes one number or (height, width), got 3 numbers"),
        ({"dilation": "2"}, SettingError, "dilation (height) must be a whole number, got '2'"),
        ({"padding_mode": "mirror"}, SettingError, "padding mode 'mirror' is not known"),
        ({"kernel": [[1] * 4]}, ShapeError, "width: kernel 4 spans 4, more than the input 3: raise padding"),
        (
            {"padding": 2, "padding_mode": "reflect"},
            ShapeError,
            "height: reflect padding 2 needs more than the 2",
        ),
        ({"image": [[1, 2], [3]]}, ShapeError, "row 1 of the image has 1 numbers where row 0 has 2"),
        ({"kernel": []}, ShapeError, "the kernel is empty"),
    ],
)
def test_errors_name_the_value_the_rule_and_the_mend(
    arguments: dict[str, Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error) as caught:
        correlate2d(**{"image": [[1, 2, 3], [4, 5, 6]], "kernel": [[1]], **arguments})
    assert words in str(caught.value)


def test_a_tap_outside_the_output_is_refused() -> None:
    with pytest.raises(ShapeError, match=r"output \(3, 0\) is outside the 3x3 output: use rows 0 to 2"):
        Sliding((5, 5), (3, 3)).taps(3, 0)
