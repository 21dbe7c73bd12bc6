"""Pooling and its gradient, value by value, against torch."""

from __future__ import annotations

import itertools
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.arithmetic.errors import LayerError, SettingError, ShapeError
from course.arithmetic.pool_values import KINDS, Pooling, chosen, pool, pool_gradient


def pairs(low: int, high: int) -> Any:
    return st.tuples(st.integers(low, high), st.integers(low, high))


@st.composite
def cases(draw: Any) -> tuple[list[list[float]], dict[str, Any]]:
    rows, columns = draw(pairs(1, 7))
    entry = st.integers(-3, 3)  # few values, so that there are ties
    row = st.lists(entry, min_size=columns, max_size=columns)
    window = draw(pairs(1, 4))
    often = draw(st.integers(0, 7)) > 0  # what torch refuses is drawn seldom
    legal = st.tuples(*(st.integers(0, k // 2) for k in window))
    return draw(st.lists(row, min_size=rows, max_size=rows)), {
        "window": window,
        "stride": draw(pairs(1, 4)),
        "padding": draw(legal if often else pairs(0, 2)),
        "dilation": (1, 1) if draw(st.integers(0, 2)) else draw(pairs(1, 3)),
        "ceil_mode": draw(st.booleans()),
        "count_include_pad": draw(st.booleans()),
    }


def torch_pool(x: Any, kind: str, case: dict[str, Any]) -> Any:
    """The same in torch; min and max by max pooling, the median by unfolding a picture padded with nan."""
    torch = pytest.importorskip("torch")
    functional = torch.nn.functional
    k, s, p, d, ceil = (case[name] for name in ("window", "stride", "padding", "dilation", "ceil_mode"))
    if kind == "average":
        return functional.avg_pool2d(x, k, s, p, ceil, case["count_include_pad"])
    sign = -1 if kind == "min" else 1
    return sign * functional.max_pool2d(sign * x, k, s, p, d, ceil)


@settings(max_examples=500, deadline=None)
@given(cases(), st.sampled_from(["max", "min", "average"]), st.integers(1, 97))
def test_values_gradients_and_refusals_are_those_of_torch(
    drawn: tuple[list[list[float]], dict[str, Any]], kind: str, seed: int
) -> None:
    torch = pytest.importorskip("torch")
    image, case = drawn
    x = torch.tensor(image, dtype=torch.float64)[None, None].requires_grad_()
    if kind == "average" and case["dilation"] != (1, 1):
        with pytest.raises(LayerError):
            Pooling((len(image), len(image[0])), **case, kind=kind)
        return
    try:
        y = torch_pool(x, kind, case)
    except RuntimeError:
        with pytest.raises(LayerError):
            Pooling((len(image), len(image[0])), **case, kind=kind)
        return
    pooling = Pooling((len(image), len(image[0])), **case, kind=kind)
    got = pool(image, pooling)
    assert pooling.output_shape == tuple(y.shape[2:])
    torch.testing.assert_close(
        torch.tensor(got, dtype=torch.float64), y[0, 0].detach(), rtol=1e-12, atol=1e-12
    )
    if not bool(torch.isfinite(y).all()):
        return  # a window of padding alone: torch's index there lies outside the picture
    g = [[(seed * (7 * r + 3 * c + 1)) % 19 - 9 for c in range(y.shape[3])] for r in range(y.shape[2])]
    y.backward(torch.tensor(g, dtype=torch.float64)[None, None])
    torch.testing.assert_close(
        torch.tensor(pool_gradient(image, pooling, g), dtype=torch.float64),
        x.grad[0, 0],
        rtol=1e-12,
        atol=1e-12,
    )


@pytest.mark.parametrize("kind", ["max", "min", "average"])
@pytest.mark.parametrize("ceil_mode", [False, True])
def test_every_small_axis_is_torch_s(kind: str, ceil_mode: bool) -> None:
    torch = pytest.importorskip("torch")
    over = 0
    for n, k, s in itertools.product(range(1, 7), range(1, 5), range(1, 5)):
        for p, include in itertools.product(range(k // 2 + 1), (False, True)):
            case = {"window": (1, k), "stride": (1, s), "padding": (0, p), "dilation": (1, 1)}
            case |= {"ceil_mode": ceil_mode, "count_include_pad": include}
            image = [[float(i * i - 3) for i in range(n)]]
            x = torch.tensor(image, dtype=torch.float64)[None, None]
            try:
                wanted = torch_pool(x, kind, case)[0, 0].tolist()
            except RuntimeError:
                with pytest.raises(LayerError):
                    Pooling((1, n), **case, kind=kind)
                continue
            pooling = Pooling((1, n), **case, kind=kind)
            assert pool(image, pooling) == [pytest.approx(row, rel=1e-12) for row in wanted], (n, case)
            over += pooling.overhang(1) > 0
    assert bool(over) == ceil_mode  # windows that hang over are among them, with the ceiling alone


@settings(max_examples=200, deadline=None)
@given(cases())
def test_the_median_is_torch_s_over_the_real_places(drawn: tuple[list[list[float]], dict[str, Any]]) -> None:
    torch = pytest.importorskip("torch")
    image, case = drawn
    try:
        pooling = Pooling((len(image), len(image[0])), **case, kind="median")
    except LayerError:
        return
    for r, row in enumerate(pool(image, pooling)):
        for c, value in enumerate(row):
            places = pooling.inside(r, c)
            if not places:
                assert math.isnan(value)
                continue
            real = torch.tensor([image[y][x] for y, x in places], dtype=torch.float64)
            assert value == real.median().item()
            y, x = chosen(pooling, image, r, c)
            assert image[y][x] == value
            assert (y, x) == next(p for p in places if image[p[0]][p[1]] == value)


def test_the_gradient_of_a_median_is_torch_s_where_nothing_ties() -> None:
    torch = pytest.importorskip("torch")
    image = [[float((11 * r + 5 * c) % 37) for c in range(6)] for r in range(5)]
    pooling = Pooling((5, 6), (2, 3), (1, 2), kind="median")
    x = torch.tensor(image)[None, None].requires_grad_()
    y = torch.nn.functional.unfold(x, (2, 3), stride=(1, 2)).median(1).values
    assert y[0].tolist() == [v for row in pool(image, pooling) for v in row]
    g = [
        [float(1 + 3 * r + c) for c in range(pooling.output_shape[1])] for r in range(pooling.output_shape[0])
    ]
    y.backward(torch.tensor([[v for row in g for v in row]]))
    assert pool_gradient(image, pooling, g) == x.grad[0, 0].tolist()


@settings(max_examples=150, deadline=None)
@given(cases(), st.sampled_from(KINDS))
def test_no_gradient_is_lost_but_to_the_padding(
    drawn: tuple[list[list[float]], dict[str, Any]], kind: str
) -> None:
    image, case = drawn
    try:
        pooling = Pooling((len(image), len(image[0])), **case, kind=kind)
    except LayerError:
        return
    rows, columns = pooling.output_shape
    total = sum(map(sum, pool_gradient(image, pooling, [[1] * columns for _ in range(rows)])))
    if kind == "average":
        kept = (
            len(pooling.inside(r, c)) / pooling.divisor(r, c) for r in range(rows) for c in range(columns)
        )
        assert total == pytest.approx(sum(kept), rel=1e-12)
    else:
        assert total == sum(bool(pooling.inside(r, c)) for r in range(rows) for c in range(columns))


@settings(max_examples=300, deadline=None)
@given(pairs(1, 12), pairs(1, 5), pairs(0, 2), st.booleans(), pairs(1, 6))
def test_without_dilation_no_window_is_empty(
    shape: Any, window: Any, padding: Any, ceil_mode: bool, stride: Any
) -> None:
    try:
        pooling = Pooling(shape, window, stride, padding, ceil_mode=ceil_mode)
    except LayerError:
        return
    rows, columns = pooling.output_shape
    assert all(pooling.inside(r, c) for r in range(rows) for c in range(columns))


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"kind": "mean"}, SettingError, "pooling kind 'mean' is not known: use one of max, average, min, median"),
        ({"window": 0}, SettingError, "window (height) must be at least 1, got 0"),
        ({"stride": (1, 0)}, SettingError, "stride (width) must be at least 1, got 0"),
        ({"padding": (0, 2)}, SettingError, "width: padding 2 is more than half of the kernel 2: use at most 1"),
        ({"kind": "average", "dilation": 2}, SettingError, "height: average pooling has no dilation, got 2"),
        ({"window": (1, 5)}, ShapeError, "width: kernel 5 spans 5, more than the input 4"),
        ({"ceil_mode": 1}, SettingError, "ceil_mode must be True or False, got 1"),
    ],
)  # fmt: skip
def test_errors_name_the_value_the_rule_and_the_mend(
    arguments: dict[str, Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error) as caught:
        Pooling((4, 4), **arguments)
    assert words in str(caught.value)


def test_other_shapes_than_the_pooling_s_are_refused() -> None:
    pooling = Pooling((4, 4))
    with pytest.raises(ShapeError, match="for 4x4 values, but the image is 1x2"):
        pool([[1, 2]], pooling)
    with pytest.raises(ShapeError, match="for 2x2 values, but the upstream gradient is 1x1"):
        pool_gradient([[0] * 4] * 4, pooling, [[1]])
    with pytest.raises(ShapeError, match=r"output \(2, 0\) is outside the 2x2 output: use rows 0 to 1"):
        pooling.inside(2, 0)
