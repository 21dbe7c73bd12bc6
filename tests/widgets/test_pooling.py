"""The pooling explorer's Python side: state, repr, arithmetic against torch, and the fallbacks."""

from __future__ import annotations

import json
import math
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.arithmetic import Pool
from course.arithmetic.errors import LayerError, SettingError, ShapeError
from course.widgets import PoolingExplorer
from course.widgets.explorer import load
from course.widgets.pooling_model import mend

SVG = "{http://www.w3.org/2000/svg}"
SPEC = load("pooling")


@st.composite
def states(draw: Any) -> dict[str, Any]:
    def pair(low: int, high: int) -> Any:
        return draw(st.integers(low, high) | st.tuples(st.integers(low, high), st.integers(low, high)))

    entry = st.integers(-3, 4) | st.sampled_from([0.5, -0.25, 1 / 3])
    width = draw(st.integers(1, 6))
    rows = st.lists(st.lists(entry, min_size=width, max_size=width), min_size=1, max_size=6)
    return {
        "image": draw(st.sampled_from([*SPEC["images"]]) | rows),
        "kind": draw(st.sampled_from(["max", "average", "min", "median"])),
        "window": pair(1, 4),
        "stride": pair(1, 4),
        "padding": 0 if draw(st.booleans()) else pair(0, 2),
        "dilation": 1 if draw(st.booleans()) else pair(1, 3),
        "ceil_mode": draw(st.booleans()),
        "count_include_pad": draw(st.booleans()),
        "global_pool": draw(st.sampled_from([False, False, False, True])),
        "gradient": draw(st.sampled_from(["ones", "selected"])),
        "edits": draw(
            st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.integers(-9, 9)), max_size=3)
        ),
        "shift_down": draw(st.integers(-3, 3)),
        "shift_right": draw(st.integers(-3, 3)),
        "selected": pair(0, 8),
        "pinned": draw(st.booleans()),
    }


@settings(max_examples=100, deadline=None)
@given(states())
def test_any_state_survives_repr_json_and_both_fallbacks(arguments: dict[str, Any]) -> None:
    explorer = PoolingExplorer(**arguments)
    again = eval(repr(explorer), {"PoolingExplorer": PoolingExplorer})
    assert again.state == explorer.state
    assert PoolingExplorer.from_state(json.loads(json.dumps(explorer.state))).state == explorer.state
    drawing = ElementTree.fromstring(explorer.svg())
    words = explorer.description()
    assert drawing.findtext(f"{SVG}desc") == words
    if explorer.problem:
        with pytest.raises(LayerError):
            _ = explorer.output
        assert explorer.problem in words
        mended = PoolingExplorer.from_state({**explorer.state, **mend(explorer.state)})
        assert mended.problem is None
        assert (mended.image, mended.kind, mended.stride) == (explorer.image, explorer.kind, explorer.stride)
    else:
        assert mend(explorer.state) == {}
        rows, columns = len(explorer.output), len(explorer.output[0])
        assert f"give a {rows}×{columns} output" in words
        assert explorer.torch_line in words


@settings(max_examples=200, deadline=None)
@given(states())
def test_the_line_of_torch_computes_output_and_gradient(arguments: dict[str, Any]) -> None:
    torch = pytest.importorskip("torch")
    explorer = PoolingExplorer(**arguments)
    if explorer.problem:
        return
    derived, line = explorer.derived, explorer.torch_line
    x = torch.tensor(derived["picture"], dtype=torch.float64)[None, None].requires_grad_()
    made = eval(line, {"torch": torch, "nn": torch.nn, "F": torch.nn.functional, "x": x})
    y = made(x) if isinstance(made, torch.nn.Module) else made
    empty = {"max": -math.inf, "min": math.inf}.get(explorer.kind, math.nan)
    wanted = torch.tensor([[empty if v is None else v for v in row] for row in explorer.output])
    torch.testing.assert_close(
        y[0, 0], wanted.double(), rtol=1e-6, atol=1e-6, equal_nan=True, check_dtype=False
    )
    if not bool(torch.isfinite(y).all()):
        return
    if explorer.kind == "median" and any(ties for row in derived["ties"] for ties in row):
        return  # torch promises no order among equals
    (gradient,) = torch.autograd.grad(y, x, torch.tensor(derived["upstream"]).double()[None, None])
    torch.testing.assert_close(
        gradient[0, 0], torch.tensor(explorer.input_gradient).double(), rtol=1e-6, atol=1e-6
    )


@settings(max_examples=100, deadline=None)
@given(states())
def test_the_line_is_the_one_that_the_arithmetic_writes(arguments: dict[str, Any]) -> None:
    explorer = PoolingExplorer(**{**arguments, "global_pool": False, "count_include_pad": True})
    if explorer.problem or explorer.kind not in ("max", "average"):
        return
    settings_ = (explorer.window, explorer.stride, explorer.padding, explorer.dilation, explorer.ceil_mode)
    layer = Pool("max" if explorer.kind == "max" else "avg", *settings_, dim=2)
    assert explorer.torch_line == layer.torch_line()
    assert layer.output_shape((1, len(explorer.image), len(explorer.image[0])))[1:] == tuple(
        explorer.derived["shape"]
    )


@pytest.mark.parametrize("kind", ["max", "average", "min", "median"])
@pytest.mark.parametrize("stride", [1, 2, 3])
def test_a_move_by_whole_strides_moves_the_output_along(kind: str, stride: int) -> None:
    for by in range(-4, 5):
        explorer = PoolingExplorer("large", kind, 3, stride, shift_down=by, shift_right=-by)
        test = explorer.shift_test
        assert test["multiple"] == (by % stride == 0)
        if test["multiple"]:
            assert test["compared"] > 0
            assert test["unlike"] == 0
            before = PoolingExplorer("large", kind, 3, stride).output
            steps = by // stride
            rows = len(before)
            kept = [
                explorer.output[r][c] == pytest.approx(before[r - steps][c + steps])
                for r in range(rows)
                for c in range(rows)
                if 0 <= r - steps < rows and 0 <= c + steps < rows
            ]
            assert sum(kept) >= test["compared"]
        else:
            assert test["unlike"] > 0


def test_how_many_outputs_change_is_counted() -> None:
    explorer = PoolingExplorer("dots", shift_right=-1)
    assert explorer.shift_test["changed"] == 0  # each bright pixel stays within its window
    assert PoolingExplorer("dots", kind="average", shift_right=-1).shift_test["changed"] == 0
    assert PoolingExplorer("flat", shift_right=2).shift_test["changed"] == 4
    # windows of 3 over 8 columns: the first now holds a column that came in, so only the second is compared
    came = PoolingExplorer("random", window=3, stride=3, shift_right=1).shift_test
    assert (came["steps"], came["compared"], came["total"]) == ([0, 0], 2, 4)
    still, right = PoolingExplorer("digit"), PoolingExplorer("digit", shift_right=1)
    pairs = [
        (a, b) for p, q in zip(still.output, right.output, strict=True) for a, b in zip(p, q, strict=True)
    ]
    assert right.shift_test["changed"] == sum(a != b for a, b in pairs) == 8


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"image": "cat"}, SettingError, "image 'cat' is not known: use numbers or one of digit, edge"),
        ({"image": [[1, 2], [3]]}, ShapeError, "row 1 of the image has 1 numbers where row 0 has 2"),
        ({"image": [[0] * 17]}, ShapeError, "the image has 17 columns: the explorer takes 1 to 16"),
        ({"kind": "mean"}, SettingError, "kind 'mean' is not known: use one of max, average, min, median"),
        ({"window": 9}, SettingError, "window (height) must be at most 8 in the explorer, got 9"),
        ({"padding": (0, -1)}, SettingError, "padding (width) must be at least 0, got -1"),
        ({"edits": [(0, 0)]}, ShapeError, "edits[0] takes 3 values, got a list of 2"),
        ({"shift_down": 9}, SettingError, "shift_down must be at most 8 in the explorer, got 9"),
        ({"ceil_mode": 1}, SettingError, "ceil_mode must be True or False, got 1"),
    ],
)
def test_errors_teach(arguments: dict[str, Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error) as caught:
        PoolingExplorer(**arguments)
    assert words in str(caught.value)


def test_arrays_are_taken_and_the_picture_shows_every_number() -> None:
    numpy = pytest.importorskip("numpy")
    explorer = PoolingExplorer(numpy.arange(16.0).reshape(4, 4), edits=[(1, 1, 70)], selected=(0, 1))
    drawing = ElementTree.fromstring(explorer.svg())
    texts = [element.text for element in drawing.iter(f"{SVG}text")]
    for value in (*range(16), 70):
        assert str(value) in texts
    assert "output[0, 1] = max(2, 3, 6, 7) = 7, from row 1, column 3" in texts
    rings = [r for r in drawing.iter(f"{SVG}rect") if r.get("fill") == "none"]
    assert len(rings) == 4 + 1 + 1  # the window, the output, its gradient
    assert len(list(drawing.iter(f"{SVG}path"))) == 4  # a line under each place taken


def test_a_window_of_padding_alone_is_said() -> None:
    arguments = {"window": (1, 2), "stride": 1, "padding": (0, 1), "dilation": (1, 4)}
    for kind, sign in (("max", "−∞"), ("min", "∞"), ("median", "–")):
        explorer = PoolingExplorer([[1, 2, 3]], kind, **arguments)
        assert explorer.output == [[None]]
        assert f"output: {sign}\n" in explorer.description()
        assert "the window reads padding alone" in explorer.description()
        assert explorer.input_gradient == [[0, 0, 0]]
