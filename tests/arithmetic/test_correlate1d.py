"""One-dimensional correlation, convolution and their matrix against torch, NumPy and SciPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.arithmetic.correlate1d import (
    PADDINGS,
    Sliding1d,
    convolve1d,
    correlate1d,
    multiply,
    padding1d,
    toeplitz,
    transposed,
)
from course.arithmetic.errors import LayerError, SettingError, ShapeError

MODES = ("zeros", "reflect", "replicate", "circular")
values = st.lists(st.integers(-9, 9), min_size=1, max_size=9)


@st.composite
def slides(draw: Any, modes: Any = (*MODES, "symmetric")) -> dict[str, Any]:
    return {
        "stride": draw(st.integers(1, 4)),
        "padding": draw(st.sampled_from(PADDINGS) | st.integers(0, 5)),
        "dilation": draw(st.integers(1, 3)),
        "padding_mode": draw(st.sampled_from(modes)),
    }


@settings(max_examples=300, deadline=None)
@given(values, st.lists(st.integers(-9, 9), min_size=1, max_size=5), slides(MODES))
def test_values_and_refusals_are_those_of_torch(x: list[int], w: list[int], case: dict[str, Any]) -> None:
    torch = pytest.importorskip("torch")
    reach = case["dilation"] * (len(w) - 1)
    sides = {"full": (reach, reach), "causal": (reach, 0), "valid": (0, 0), "same": (0, 0)}
    before, after = sides.get(case["padding"], (case["padding"],) * 2)
    signal = torch.tensor(x, dtype=torch.float64)[None, None]
    layer = torch.nn.Conv1d
    try:
        if case["padding"] != "same" and before + after:
            mode = "constant" if case["padding_mode"] == "zeros" else case["padding_mode"]
            signal = torch.nn.functional.pad(signal, (before, after), mode=mode)
        named = {"padding": "same", "padding_mode": case["padding_mode"]} if case["padding"] == "same" else {}
        conv = layer(
            1, 1, len(w), case["stride"], dilation=case["dilation"], bias=False, dtype=torch.float64, **named
        )
        with torch.no_grad():
            conv.weight[0, 0] = torch.tensor(w)
            wanted = conv(signal)[0, 0].tolist()
    except (RuntimeError, ValueError, AssertionError):
        wanted = None
    try:
        got = correlate1d(x, w, **case)
    except LayerError:
        got = None
    assert got == wanted


@settings(max_examples=200, deadline=None)
@given(values, values)
def test_full_convolution_is_that_of_numpy_and_commutes(x: list[int], w: list[int]) -> None:
    full = convolve1d(x, w, padding="full")
    assert full == np.convolve(x, w).tolist() == convolve1d(w, x, padding="full")
    backwards = correlate1d(w, x, padding="full")[::-1]
    assert correlate1d(x, w, padding="full") == np.correlate(x, w, "full").tolist() == backwards
    if len(w) <= len(x):
        assert convolve1d(x, w) == np.convolve(x, w, "valid").tolist()


@settings(max_examples=200, deadline=None)
@given(values, st.lists(st.integers(-9, 9), min_size=1, max_size=5), slides(), st.data())
def test_the_matrix_does_the_same_and_its_transpose_is_the_gradient(
    x: list[int], w: list[int], case: dict[str, Any], data: Any
) -> None:
    try:
        slide = Sliding1d(len(x), len(w), **case)
    except LayerError:
        return
    matrix, output = toeplitz(slide, w), correlate1d(x, w, **case)
    assert multiply(matrix, x) == output
    g = data.draw(st.lists(st.integers(-9, 9), min_size=len(output), max_size=len(output)))
    back = multiply(transposed(matrix), g)
    # <g, T x> = <Tᵀ g, x>, whatever x: on the unit vectors that is the definition of the gradient
    for j in range(len(x)):
        unit = [int(i == j) for i in range(len(x))]
        assert sum(a * b for a, b in zip(g, correlate1d(unit, w, **case), strict=True)) == back[j]


def test_the_matrix_is_that_of_scipy() -> None:
    linalg = pytest.importorskip("scipy.linalg")
    w = [1, 2, 3]
    wanted = linalg.toeplitz([1, 0, 0, 0], [1, 2, 3, 0, 0, 0]).tolist()
    assert toeplitz(Sliding1d(6, 3), w) == wanted
    full = linalg.convolution_matrix(w, 5, "full").tolist()
    assert toeplitz(Sliding1d(5, 3, padding="full"), w[::-1]) == full
    circular = toeplitz(Sliding1d(5, 3, padding="same", padding_mode="circular"), w)
    assert circular == linalg.circulant([2, 1, 0, 0, 3]).tolist()


def test_the_transpose_is_torch_s_transposed_convolution() -> None:
    torch = pytest.importorskip("torch")
    functional = torch.nn.functional
    for n, k, s, p, d in [
        (9, 3, 1, 0, 1),
        (10, 3, 2, 1, 1),
        (11, 4, 3, 2, 1),
        (12, 3, 2, 0, 2),
        (6, 1, 4, 0, 1),
    ]:
        slide = Sliding1d(n, k, s, p, d)
        w = [float(i + 1) for i in range(k)]
        g = [float(3 * i % 7 - 2) for i in range(slide.output_length)]
        wanted = functional.conv_transpose1d(
            torch.tensor([[g]]), torch.tensor([[w]]), stride=s, padding=p, dilation=d,
            output_padding=len(slide.unread[0]),
        )  # fmt: skip
        assert multiply(transposed(toeplitz(slide, w)), g) == wanted[0, 0].tolist()


@pytest.mark.parametrize("k", range(1, 7))
@pytest.mark.parametrize("d", [1, 2, 3])
def test_same_keeps_the_length_and_causal_looks_never_ahead(k: int, d: int) -> None:
    assert Sliding1d(9, k, padding="same", dilation=d).output_length == 9
    before, after = padding1d("same", k, dilation=d)
    assert (after - before, before + after) == (d * (k - 1) % 2, d * (k - 1))
    causal = Sliding1d(9, k, padding="causal", dilation=d)
    assert causal.output_length == 9
    assert all(place <= output for output in range(9) for place, _ in causal.taps(output))


def test_an_even_kernel_is_centred_otherwise_in_numpy() -> None:
    x = [1, 2, 3, 4, 5]
    for w in ([1, 10], [1, 10, 100, 1000]):
        ours, theirs = convolve1d(x, w, padding="same"), np.convolve(x, w, "same").tolist()
        assert ours != theirs
        assert ours[:-1] == theirs[1:]


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 9), st.integers(1, 5), slides())
def test_what_is_unread_is_what_no_tap_reads(n: int, k: int, case: dict[str, Any]) -> None:
    try:
        slide = Sliding1d(n, k, **case)
    except LayerError:
        return
    read = {place for output in range(slide.output_length) for place, _ in slide.taps(output)}
    tail, gaps = slide.unread
    before, after = slide.sides
    assert sorted([*read, *tail, *gaps]) == list(range(-before, n + after))
    assert all(place > max(read) for place in tail)
    assert all(place < max(read) for place in gaps)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"stride": 0}, SettingError, "stride must be at least 1, got 0"),
        ({"dilation": 1.5}, SettingError, "dilation must be a whole number, got 1.5"),
        ({"padding": "wide"}, SettingError, "padding 'wide' is not known: use a number or one of valid, same"),
        ({"padding": -1}, SettingError, "padding must be at least 0, got -1"),
        ({"padding": "same", "stride": 2}, SettingError, "padding 'same' needs stride 1, as in torch, got stride 2"),
        ({"padding_mode": "mirror"}, SettingError, "padding mode 'mirror' is not known"),
        ({"padding": 3, "padding_mode": "reflect"}, ShapeError, "reflect padding 3 needs more than the 3"),
        ({"dilation": 3}, ShapeError, "kernel 2 with dilation 3 spans 4, more than the input 3"),
        ({"taps": []}, ShapeError, "the kernel is empty: give at least one number"),
    ],
)  # fmt: skip
def test_errors_name_the_value_the_rule_and_the_mend(
    arguments: dict[str, Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error) as caught:
        correlate1d(**{"signal": [1, 2, 3], "taps": [1, 1], **arguments})
    assert words in str(caught.value)


def test_an_output_that_is_not_there_is_refused() -> None:
    with pytest.raises(ShapeError, match="output 3 is outside the 3 outputs: use 0 to 2"):
        Sliding1d(5, 3).taps(3)
