"""Masks compared pixel by pixel, and U-Net's weight map, on plain lists; ``js/masks_model.js`` is the twin."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from course.widgets.explorer import load

__all__ = ["Weighed", "background", "components", "counts", "measures", "weigh"]

Mask = Sequence[Sequence[int]]

MEASURES: Mapping[str, Mapping[str, Sequence[str]]] = load("masks")["measures"]
"""What stands above and below each quotient's line; a count named twice counts twice."""


def counts(truth: Mask, prediction: Mask) -> dict[str, int]:
    """Count the pixels that are right and wrong.

    Args:
        truth: rows of 0 and 1.
        prediction: of the same size.

    >>> counts([[1, 1, 0, 0]], [[1, 0, 1, 0]])
    {'TP': 1, 'FP': 1, 'FN': 1, 'TN': 1}

    Taught in lecture 11.
    """
    found = {"TP": 0, "FP": 0, "FN": 0, "TN": 0}
    for wanted, got in zip(truth, prediction, strict=True):
        for t, p in zip(wanted, got, strict=True):
            found[("TP" if t else "FP") if p else ("FN" if t else "TN")] += 1
    return found


def background(found: Mapping[str, int]) -> dict[str, int]:
    """Return what the counts would be if the answer were background everywhere.

    >>> background({"TP": 3, "FP": 5, "FN": 1, "TN": 91})
    {'TP': 0, 'FP': 0, 'FN': 4, 'TN': 96}
    """
    return {"TP": 0, "FP": 0, "FN": found["TP"] + found["FN"], "TN": found["FP"] + found["TN"]}


def measures(found: Mapping[str, int], empty: str = "none") -> dict[str, float | None]:
    """Return each measure of the object's class; None where it is 0/0 and that is not to count as a number.

    IoU = TP / (TP + FP + FN), Dice = 2 TP / (2 TP + FP + FN), accuracy = (TP + TN) / n, sensitivity = TP / (TP + FN),
    specificity = TN / (TN + FP), precision = TP / (TP + FP), balanced accuracy = (sensitivity + specificity) / 2

    Args:
        found: as :func:`counts` returns them.
        empty: what 0/0 counts as: ``"none"`` (not defined), ``"one"`` or ``"zero"``.

    >>> measures({"TP": 6, "FP": 2, "FN": 2, "TN": 90})["iou"], measures({"TP": 6, "FP": 2, "FN": 2, "TN": 90})["dice"]
    (0.6, 0.75)
    >>> nothing = {"TP": 0, "FP": 0, "FN": 0, "TN": 9}
    >>> [measures(nothing, empty)["iou"] for empty in ("none", "one", "zero")], measures(nothing)["accuracy"]
    ([None, 1.0, 0.0], 1.0)

    Taught in lectures 11 and 12.
    """
    stand_in = {"none": None, "one": 1.0, "zero": 0.0}[empty]
    out: dict[str, float | None] = {}
    for name, parts in MEASURES.items():
        top, bottom = (sum(found[one] for one in parts[side]) for side in ("top", "bottom"))
        out[name] = top / bottom if bottom else stand_in
    sensitive, specific = out["sensitivity"], out["specificity"]
    out["balanced"] = None if sensitive is None or specific is None else (sensitive + specific) / 2
    return out


def components(mask: Mask, corners: bool = False) -> list[list[int]]:
    """Number the cells of a mask, row by row: 0 for the background, then 1, 2, …

    Args:
        mask: rows of 0 and 1.
        corners: whether pixels that touch by a corner alone are of one cell.

    >>> components([[1, 0, 1], [1, 0, 0], [0, 1, 1]])
    [[1, 0, 2], [1, 0, 0], [0, 3, 3]]
    >>> components([[1, 0, 1], [1, 0, 0], [0, 1, 1]], corners=True)
    [[1, 0, 2], [1, 0, 0], [0, 1, 1]]

    Taught in lecture 12.
    """
    rows, columns = len(mask), len(mask[0])
    numbers = [[0] * columns for _ in range(rows)]
    cell = 0
    for i in range(rows):
        for j in range(columns):
            if not mask[i][j] or numbers[i][j]:
                continue
            cell += 1
            numbers[i][j], waiting = cell, [(i, j)]
            while waiting:
                y, x = waiting.pop()
                for a in range(max(0, y - 1), min(rows, y + 2)):
                    for b in range(max(0, x - 1), min(columns, x + 2)):
                        if mask[a][b] and not numbers[a][b] and (corners or a == y or b == x):
                            numbers[a][b] = cell
                            waiting.append((a, b))
    return numbers


@dataclass(frozen=True)
class Weighed:
    """A weight map and what it is made of, each row by row.

    Attributes:
        cells: the number of each pixel's cell, 0 for the background.
        first, second: distance to the border of the nearest and the second nearest cell, None where there is none.
        classes: w_c, the class term.
        border: w0 · exp(−(d₁ + d₂)² / 2σ²).
        weights: the sum of the two.
    """

    cells: list[list[int]]
    first: list[list[float | None]]
    second: list[list[float | None]]
    classes: list[list[float]]
    border: list[list[float]]
    weights: list[list[float]]


def weigh(truth: Mask, settings: Mapping[str, Any]) -> Weighed:
    """Return the weight of each pixel in U-Net's loss.

    w = w_c + w0 · exp(−(d₁ + d₂)² / 2σ²)

    From outside a cell the distance is to its nearest pixel, from inside to the nearest pixel that is not the cell's (the
    picture's edge is no border). Where there are fewer than two cells the second term is 0.

    Args:
        truth: rows of 0 and 1.
        settings: ``w0``, ``sigma`` (pixels), ``balance`` (w_c is N / (2 n) of the pixel's class, where both are there; else 1),
            ``inside`` (the border term within cells too), ``corners`` (as for :func:`components`).

    >>> usual = {"w0": 10, "sigma": 5, "balance": False, "inside": True, "corners": False}
    >>> weighed = weigh([[1, 1, 0, 1]], usual)
    >>> [round(w, 2) for w in weighed.weights[0]], weighed.first, weighed.second
    ([7.07, 9.35, 10.23, 9.35], [[2.0, 1.0, 1.0, 1.0]], [[3.0, 2.0, 1.0, 2.0]])
    >>> [round(w, 2) for w in weigh([[1, 1, 0, 1]], {**usual, "balance": True, "inside": False}).weights[0]]
    [0.67, 0.67, 11.23, 0.67]
    >>> weigh([[1, 1, 1]], usual).weights                     # one cell has no neighbor
    [[1.0, 1.0, 1.0]]

    Ronneberger, Fischer & Brox, "U-Net", MICCAI 2015, equation 2. Taught in lecture 12.
    """
    cells = components(truth, settings["corners"])
    rows, columns = len(truth), len(truth[0])
    places = [(i, j) for i in range(rows) for j in range(columns)]
    number = max(map(max, cells))
    inner = sum(1 for i, j in places if cells[i][j])
    shares = [1.0, 1.0]
    if settings["balance"] and 0 < inner < len(places):
        shares = [len(places) / (2 * (len(places) - inner)), len(places) / (2 * inner)]
    first: list[list[float | None]] = [[None] * columns for _ in range(rows)]
    second: list[list[float | None]] = [[None] * columns for _ in range(rows)]
    border = [[0.0] * columns for _ in range(rows)]
    for i, j in places:
        near = [None if d is None else math.sqrt(d) for d in _nearest(cells, places, i, j, number)]
        d1, d2 = [*near, None, None][:2]
        first[i][j], second[i][j] = d1, d2
        if d1 is not None and d2 is not None and (settings["inside"] or not cells[i][j]):
            border[i][j] = settings["w0"] * math.exp(-((d1 + d2) ** 2) / (2 * settings["sigma"] ** 2))
    classes = [[shares[1 if cell else 0] for cell in row] for row in cells]
    weights = [[c + b for c, b in zip(cs, bs, strict=True)] for cs, bs in zip(classes, border, strict=True)]
    return Weighed(cells, first, second, classes, border, weights)


def _nearest(
    cells: list[list[int]], places: list[tuple[int, int]], i: int, j: int, number: int
) -> list[int | None]:
    """Return the squared distances of a pixel to the cells' borders, the least first; None (no border) last."""
    away: list[int | None] = [None] * (number + 1)
    own = cells[i][j]
    for a, b in places:
        cell, distance = cells[a][b], (a - i) ** 2 + (b - j) ** 2
        if cell and cell != own and (away[cell] is None or distance < away[cell]):  # type: ignore[operator]
            away[cell] = distance
        if own and cell != own and (away[own] is None or distance < away[own]):  # type: ignore[operator]
            away[own] = distance
    known = sorted(d for d in away[1:] if d is not None)
    return [*known, *[None] * (number - len(known))]
