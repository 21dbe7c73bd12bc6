"""The sizes that a U-Net takes: level by level, where one fails, and the next ones that work."""

from __future__ import annotations

from typing import Any

__all__ = ["fitting", "levels", "misfit", "next_sizes", "output_size"]

State = dict[str, Any]
#: Sizes that a tile can have in the explorer.
MOST = 2048


def fitting(n: int, step: int) -> int:
    """Return the multiple of ``step`` that is nearest to a length, at least one step.

    >>> fitting(100, 16), fitting(5, 16), fitting(96, 16)
    (96, 16, 96)
    """
    return max(step, (n + step // 2) // step * step)


def walk(size: int, state: State) -> tuple[list[list[int]], str]:
    """Return (level, length in, after the convolutions, after the pooling) down the left side, and why it ends early."""
    lost = 2 * state["convs"] if state["valid"] else 0
    rows: list[list[int]] = []
    for level in range(state["depth"] + 1):
        after = size - lost
        if after < 1:
            return (
                rows,
                f"level {level + 1} gets {size}, and its {state['convs']} unpadded convolutions take {lost}",
            )
        if level == state["depth"]:
            rows.append([level + 1, size, after, 0])
            break
        if after % 2:
            return [
                *rows,
                [level + 1, size, after, 0],
            ], f"the pooling of level {level + 1} meets {after}, an odd number"
        rows.append([level + 1, size, after, after // 2])
        size = after // 2
    return rows, ""


def rise(bottom: int, left: list[list[int]], state: State) -> tuple[list[list[int]], str]:
    """Return (level, after the up-convolution, taken from each side of the copy, joined, after the convolutions) up the right side."""
    lost = 2 * state["convs"] if state["valid"] else 0
    rows: list[list[int]] = []
    size = bottom
    for level, _, copy, _ in reversed(left[:-1]):
        up = 2 * size
        joined = copy if state["fit"] == "pad" else up
        size = joined - lost
        if size < 1:
            return (
                rows,
                f"level {level} joins {joined} on the way up, and its {state['convs']} unpadded convolutions take {lost}",
            )
        rows.append([level, up, (copy - up) // 2, joined, size])
    return rows, ""


def output_size(size: int, state: State) -> int | None:
    """Return the output's length for a tile's length, or None where the net cannot take it.

    >>> usual = {"depth": 4, "convs": 2, "valid": True, "fit": "crop"}
    >>> output_size(572, usual), output_size(570, usual), output_size(188, usual)
    (388, None, 4)
    """
    left, why = walk(size, state)
    if why:
        return None
    right, why = rise(left[-1][2], left, state)
    return None if why else right[-1][4]


def next_sizes(size: int, state: State) -> list[int]:
    """Return the nearest lengths below and above that work.

    >>> usual = {"depth": 4, "convs": 2, "valid": True, "fit": "crop"}
    >>> next_sizes(570, usual), next_sizes(572, usual), next_sizes(3, usual)
    ([556, 572], [556, 588], [188])
    """
    below = next((n for n in range(min(size - 1, MOST), 0, -1) if output_size(n, state)), None)
    above = next((n for n in range(size + 1, MOST + 1) if output_size(n, state)), None)
    return [n for n in (below, above) if n]


def misfit(state: State) -> tuple[str, tuple[int, int]] | None:
    """Return why a tile does not fit, and the nearest tile that does; None where it fits."""
    best = []
    text = ""
    for axis, n in zip(("height", "width"), state["tile"], strict=True):
        if output_size(n, state):
            best.append(n)
            continue
        near = next_sizes(n, state)
        left, why = walk(n, state)
        why = why or rise(left[-1][2], left, state)[1]
        take = (
            f"take {' or '.join(map(str, near))}"
            if near
            else f"no tile of up to {MOST} works: take fewer poolings or convolutions"
        )
        text = text or f"{axis} {n} does not fit: {why}; {take}"
        best.append(min(near, key=lambda m: (abs(m - n), m)) if near else n)
    return (text, (best[0], best[1])) if text else None


def levels(state: State) -> dict[str, Any]:
    """Return the walk of both axes through the levels, as far as they come.

    >>> usual = {"depth": 4, "convs": 2, "valid": True, "fit": "crop", "tile": (572, 570)}
    >>> both = levels(usual)
    >>> both["height"]["left"][0], both["height"]["right"][-1], both["height"]["output"]
    ([1, 572, 568, 284], [1, 392, 88, 392, 388], 388)
    >>> both["width"]["why"], both["width"]["next"]
    ('the pooling of level 2 meets 279, an odd number', [556, 572])
    """
    found = {}
    for axis, n in zip(("height", "width"), state["tile"], strict=True):
        left, why = walk(n, state)
        right: list[list[int]] = []
        if not why:
            right, why = rise(left[-1][2], left, state)
        found[axis] = {
            "left": left,
            "right": right,
            "why": why,
            "output": None if why else right[-1][4],
            "next": next_sizes(n, state),
        }
    return found
