"""Everything that the pooling explorer computes from its state; ``js/pooling_model.js`` does the same."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from course.arithmetic.axis import span
from course.arithmetic.errors import LayerError
from course.arithmetic.pool_values import Pooling, chosen, pool, pool_gradient
from course.arithmetic.settings import argument, arguments

__all__ = [
    "compute",
    "givers",
    "mend",
    "moved",
    "pooling_of",
    "shift_test",
    "size_formula",
    "torch_line",
    "upstream",
]

State = Mapping[str, Any]
Matrix = list[list[float]]
SWEEP = 8


def pooling_of(state: State) -> Pooling:
    """Return the arithmetic of a state; global pooling has one window, as large as the picture.

    Raises:
        LayerError: settings that do not fit together.
    """
    shape = len(state["image"]), len(state["image"][0])
    if state["global_pool"]:
        return Pooling(shape, shape, kind=state["kind"])
    k, s, p, d = ((state[name][0], state[name][1]) for name in ("window", "stride", "padding", "dilation"))
    return Pooling(shape, k, s, p, d, state["kind"], state["ceil_mode"], state["count_include_pad"])


def mend(state: State) -> dict[str, Any]:
    """Return a small change of settings that makes them fit; nothing where they do.

    >>> state = {"image": [[1, 2], [3, 4]], "window": (3, 3), "stride": (2, 2), "padding": (2, 0), "dilation": (1, 1)}
    >>> mend({**state, "kind": "max", "global_pool": False, "ceil_mode": False, "count_include_pad": True})
    {'padding': (1, 0), 'window': (3, 2)}
    """
    try:
        pooling_of(state)
    except LayerError:
        pass
    else:
        return {}
    patch: dict[str, list[int]] = {}

    def change(name: str, axis: int, value: int) -> None:
        patch.setdefault(name, list(state[name]))[axis] = value

    def now(name: str, axis: int) -> int:
        return int((patch[name] if name in patch else state[name])[axis])

    for axis, n in enumerate((len(state["image"]), len(state["image"][0]))):
        if state["kind"] == "average" and now("dilation", axis) > 1:
            change("dilation", axis, 1)
        k = now("window", axis)
        if now("padding", axis) > k // 2:
            change("padding", axis, k // 2)
        padded = n + 2 * now("padding", axis)
        if span(k, now("dilation", axis)) <= padded:
            continue
        if k > 1 and (padded - 1) // (k - 1) >= 1:
            change("dilation", axis, (padded - 1) // (k - 1))
            continue
        if now("dilation", axis) > 1:
            change("dilation", axis, 1)
        change("window", axis, n)
        if now("padding", axis) > n // 2:
            change("padding", axis, n // 2)
    return {name: tuple(value) for name, value in patch.items()}


def moved(image: Sequence[Sequence[float]], down: int, right: int) -> Matrix:
    """Return a picture moved over a background of zeros.

    >>> moved([[1, 2], [3, 4]], 0, 1)
    [[0, 1], [0, 3]]
    """
    rows, columns = len(image), len(image[0])

    def value(y: int, x: int) -> float:
        return image[y - down][x - right] if 0 <= y - down < rows and 0 <= x - right < columns else 0

    return [[value(y, x) for x in range(columns)] for y in range(rows)]


def shift_test(pooling: Pooling, image: Matrix, before: Matrix, down: int, right: int) -> dict[str, Any]:
    """Return how many outputs a shift changes, and how many it leaves unlike the outputs moved along.

    ``changed`` of ``total``: outputs that are not what they were. The shift moves the outputs along by ``steps``, the
    nearest whole number of strides; ``unlike`` of ``compared``: outputs that then differ, of those whose windows, now
    and before, see the picture only (no padding, nothing that came in or went out). At multiples of the stride this is 0.

    >>> image = [[0, 1, 5, 2, 0, 0, 0, 0]]
    >>> pooling = Pooling((1, 8), (1, 2))
    >>> shift_test(pooling, image, pool(image, pooling), 0, 1)     # half a stride
    {'changed': 2, 'total': 4, 'steps': [0, 1], 'multiple': False, 'compared': 3, 'unlike': 2}
    >>> shift_test(pooling, image, pool(image, pooling), 0, 2)
    {'changed': 3, 'total': 4, 'steps': [0, 1], 'multiple': True, 'compared': 3, 'unlike': 0}
    """
    after = pool(moved(image, down, right), pooling)
    shift, stride = (down, right), [pooling.on_axis(axis)[2] for axis in (0, 1)]
    steps = [(2 * t + s) // (2 * s) for t, s in zip(shift, stride, strict=True)]
    rows, columns = pooling.output_shape

    def clear(axis: int, position: int) -> bool:
        n, earlier = pooling.on_axis(axis)[0], position - steps[axis]
        if not 0 <= earlier < pooling.output_shape[axis]:
            return False
        now, then = pooling.reads(position, axis), pooling.reads(earlier, axis)
        return all(0 <= p < n and 0 <= p - shift[axis] < n for p in now) and all(0 <= p < n for p in then)

    pairs = [(r, c) for r in range(rows) if clear(0, r) for c in range(columns) if clear(1, c)]
    return {
        "changed": sum(_differ(after[r][c], before[r][c]) for r in range(rows) for c in range(columns)),
        "total": rows * columns,
        "steps": steps,
        "multiple": all(t % s == 0 for t, s in zip(shift, stride, strict=True)),
        "compared": len(pairs),
        "unlike": sum(_differ(after[r][c], before[r - steps[0]][c - steps[1]]) for r, c in pairs),
    }


def _differ(a: float, b: float) -> bool:
    """Tell whether two outputs differ by more than rounding; two that stand for nothing do not."""
    if not (math.isfinite(a) and math.isfinite(b)):
        return math.isfinite(a) != math.isfinite(b)
    return abs(a - b) > 1e-9 * max(1, abs(a), abs(b))


def upstream(state: State, shape: tuple[int, int], at: tuple[int, int]) -> Matrix:
    """Return the gradient at the output: 1 everywhere or at one output alone, with what was edited put over it.

    >>> upstream({"gradient": "selected", "edits": [(0, 1, 5)]}, (1, 3), (0, 0))
    [[1, 5, 0]]
    """
    ones = state["gradient"] == "ones"
    rows, columns = shape
    matrix: Matrix = [[int(ones or (r, c) == at) for c in range(columns)] for r in range(rows)]
    for r, c, value in state["edits"]:
        if r < rows and c < columns:
            matrix[r][c] = value
    return matrix


def givers(derived: Mapping[str, Any], kind: str, place: tuple[int, int]) -> list[list[float]]:
    """Return (row, column, share) of each output whose gradient reaches a place of the picture.

    >>> state = {"image": [[1, 9, 2]], "kind": "max", "window": (1, 2), "stride": (1, 1), "padding": (0, 0), "selected": (0, 0)}
    >>> state |= {"dilation": (1, 1), "ceil_mode": False, "count_include_pad": True, "global_pool": False, "edits": []}
    >>> derived = compute({**state, "gradient": "ones", "shift_down": 0, "shift_right": 0})
    >>> givers(derived, "max", (0, 1))
    [[0, 0, 1], [0, 1, 1]]
    """
    found: list[list[float]] = []
    for r, down in enumerate(derived["reads"][0]):
        for c, across in enumerate(derived["reads"][1]):
            if kind == "average":
                if place[0] in down and place[1] in across:
                    found.append([r, c, 1 / derived["divisors"][r][c]])
            elif derived["taken"][r][c] == list(place):
                found.append([r, c, 1])
    return found


def torch_line(state: State, pooling: Pooling) -> str:
    """Return the layer of torch, or the expression where torch has no such layer.

    >>> state = {"kind": "min", "global_pool": False, "ceil_mode": False, "count_include_pad": True}
    >>> torch_line(state, Pooling((6, 6), 3, 2, kind="min"))
    '-nn.MaxPool2d(kernel_size=3, stride=2)(-x)'
    >>> torch_line({**state, "kind": "median"}, Pooling((6, 6), 3, kind="median"))
    'F.unfold(x, 3, stride=3).median(1).values.view(1, 1, 2, 2)'
    """
    kind = state["kind"]
    if state["global_pool"]:
        return {
            "max": "nn.AdaptiveMaxPool2d(1)",
            "average": "nn.AdaptiveAvgPool2d(1)",
            "min": "-nn.AdaptiveMaxPool2d(1)(-x)",
            "median": "x.flatten(2).median(-1).values[..., None, None]",
        }[kind]
    k, s, p, d = ([pooling.on_axis(axis)[i] for axis in (0, 1)] for i in (1, 2, 3, 4))
    if kind == "median":
        (top, left), (bottom, over) = p, (p[axis] + pooling.overhang(axis) for axis in (0, 1))
        outside = any((top, left, bottom, over))
        inner = f'F.pad(x, ({left}, {over}, {top}, {bottom}), value=float("nan"))' if outside else "x"
        settings = arguments(("dilation", d, 1)) + f", stride={argument(s)}"
        rows, columns = pooling.output_shape
        word = "nanmedian" if outside else "median"
        return f"F.unfold({inner}, {argument(k)}{settings}).{word}(1).values.view(1, 1, {rows}, {columns})"
    line = f"nn.{'Avg' if kind == 'average' else 'Max'}Pool2d(kernel_size={argument(k)}"
    line += "" if s == k else f", stride={argument(s)}"
    line += arguments(("padding", p, 0), ("dilation", d, 1))
    line += ", ceil_mode=True" if state["ceil_mode"] else ""
    line += ", count_include_pad=False" if kind == "average" and not state["count_include_pad"] else ""
    return f"-{line})(-x)" if kind == "min" else f"{line})"


def size_formula(pooling: Pooling, axis: int) -> str:
    """Write the size formula of one axis with the numbers put in, and what floor or ceiling make of the border.

    >>> size_formula(Pooling((5, 5), 2), 0)
    '⌊(5 + 2·0 − 1·(2 − 1) − 1)/2⌋ + 1 = ⌊3/2⌋ + 1 = 2; the floor leaves 1 row unread'
    >>> size_formula(Pooling((5, 5), 2, ceil_mode=True), 1)
    '⌈(5 + 2·0 − 1·(2 − 1) − 1)/2⌉ + 1 = ⌈3/2⌉ + 1 = 3; the last window hangs over by 1 column'
    >>> size_formula(Pooling((1, 2), 2, 3, 1, ceil_mode=True), 0)
    '⌈(1 + 2·1 − 1·(2 − 1) − 1)/3⌉ + 1 − 1 = ⌈1/3⌉ + 1 − 1 = 1; a window that would start beyond the picture is left out'
    """
    n, k, s, p, d = pooling.on_axis(axis)
    count, thing = pooling.output_shape[axis], "row" if axis == 0 else "column"
    room = n + 2 * p - span(k, d)
    a, b = "⌈⌉" if pooling.ceil_mode else "⌊⌋"
    late = pooling.ceil_mode and count < -(-room // s) + 1
    less = " − 1" if late else ""
    line = f"{a}({n} + 2·{p} − {d}·({k} − 1) − 1)/{s}{b} + 1{less} = {a}{room}/{s}{b} + 1{less} = {count}"
    over, tail = pooling.overhang(axis), room - (count - 1) * s
    if late:
        line += "; a window that would start beyond the picture is left out"
    elif over:
        line += f"; the last window hangs over by {over} {thing}{'s' if over > 1 else ''}"
    elif tail > 0:
        line += f"; the floor leaves {tail} {thing}{'s' if tail > 1 else ''} unread"
    return line


def _plain(matrix: Matrix) -> list[list[float | None]]:
    """Return a matrix with None for what is no finite number: JSON has no word for it."""
    return [[v if math.isfinite(v) else None for v in row] for row in matrix]


def compute(state: State) -> dict[str, Any]:
    """Return all of it: problem and mend, or output, the places taken, both gradients, the shift test, lines to copy."""
    try:
        pooling = pooling_of(state)
    except LayerError as error:
        return {"problem": str(error), "mend": mend(state)}
    rows, columns = pooling.output_shape
    at = min(state["selected"][0], rows - 1), min(state["selected"][1], columns - 1)
    still = [list(row) for row in state["image"]]
    picture = moved(still, state["shift_down"], state["shift_right"])
    before = pool(still, pooling)
    given = upstream(state, pooling.output_shape, at)
    everywhere = [(r, c) for r in range(rows) for c in range(columns)]
    taken = {(r, c): chosen(pooling, picture, r, c) for r, c in everywhere}
    ties = {}
    for place, won in taken.items():
        equal = [p for p in pooling.inside(*place) if won and picture[p[0]][p[1]] == picture[won[0]][won[1]]]
        ties[place] = [list(p) for p in equal if p != won]
    output = pool(picture, pooling)

    def grid(values: Mapping[tuple[int, int], Any]) -> list[list[Any]]:
        return [[values[r, c] for c in range(columns)] for r in range(rows)]

    return {
        "problem": None,
        "shape": [rows, columns],
        "at": list(at),
        "picture": picture,
        "output": _plain(output),
        "taken": grid({place: list(won) if won else None for place, won in taken.items()}),
        "ties": grid(ties),
        "divisors": grid({place: pooling.divisor(*place) for place in everywhere}),
        "reads": [[pooling.reads(i, axis) for i in range(pooling.output_shape[axis])] for axis in (0, 1)],
        "upstream": given,
        "gradient": pool_gradient(picture, pooling, given),
        "shifted": grid({(r, c): _differ(output[r][c], before[r][c]) for r, c in everywhere}),
        "shift": shift_test(pooling, still, before, state["shift_down"], state["shift_right"]),
        "sweep": [shift_test(pooling, still, before, 0, right) for right in range(SWEEP + 1)],
        "sizes": [size_formula(pooling, axis) for axis in (0, 1)],
        "line": torch_line(state, pooling),
    }
