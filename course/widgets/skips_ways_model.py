"""Ways for the gradient from a network's output to its input: how many, how long, and what arrives."""

from __future__ import annotations

from math import comb, exp
from typing import Any

from course.widgets.numbers import decimal

__all__ = ["gate", "paths"]

State = dict[str, Any]


def gate(state: State) -> dict[str, Any]:
    """Return how open a highway's gate is at the start, and what it makes of one value: ``y = T·H + (1 − T)·x``.

    >>> {name: round(value, 4) for name, value in gate({"gate_bias": -2, "carried": 1, "transformed": 3}).items()}
    {'t': 0.1192, 'y': 1.2384}
    """
    t = 1 / (1 + exp(-state["gate_bias"]))
    return {"t": t, "y": t * state["transformed"] + (1 - t) * state["carried"]}


def paths(state: State) -> dict[str, Any]:
    """Return how many ways the gradient finds from the output to the input, and what arrives if each layer passes ``f`` of it.

    >>> paths({"kind": "residual", "layers": 3, "factor": 0.5, "shortcut": "identity", "in_channels": 8, "channels": 8, "stride": 1})["value"]
    3.375

    Returns:
        ``count``; ``formula`` in symbols; ``numbers`` put in; ``value``; ``note``; ``lengths``: (layers on a way, ways of it).
    """
    kind, n, f = state["kind"], state["layers"], state["factor"]
    x = decimal(f)
    if kind == "plain":
        return way("f^L", f"{x}^{n}", {n: 1}, f, "each layer, of two convolutions, passes f")
    if kind == "residual":
        differ = state["in_channels"] != state["channels"] or state["stride"] > 1
        projected = {"everywhere": n, "projection": int(differ)}.get(state["shortcut"], 0)
        lengths = {m + projected: comb(n - projected, m) * 2**projected for m in range(n - projected + 1)}
        formula = "(1 + f)^L" if not projected else "(2f)^P·(1 + f)^(L − P)"
        numbers = f"(1 + {x})^{n}" if not projected else f"(2·{x})^{projected}·(1 + {x})^{n - projected}"
        note = "each layer is taken or passed by: C(L, m) ways lead through m layers" + (
            f"; {projected} of the shortcuts project, and a projection passes f too" if projected else ""
        )
        return way(formula, numbers, lengths, f, note)
    if kind == "highway":
        t = gate(state)["t"]
        lengths = {m: comb(n, m) for m in range(n + 1)}
        found = way(
            "(T·f + 1 − T)^L",
            f"({decimal(t)}·{x} + 1 − {decimal(t)})^{n}",
            lengths,
            f,
            "the gate weighs both ways; its own gradient is left out",
        )
        return {**found, "value": (t * f + 1 - t) ** n}
    if kind == "dense":
        lengths = {m + 1: comb(n, m) for m in range(n + 1)}
        return way(
            "f·(1 + f)^L",
            f"{x}·(1 + {x})^{n}",
            lengths,
            f,
            "each layer is read by all later ones; the transition lies on every way",
        )
    if kind == "unet":
        depth, convs = state["depth"], state["convs"]
        each = [2 * convs * (i + 1) + i + 1 for i in range(depth)] + [convs * (2 * depth + 1) + depth + 1]
        return way(
            " + ".join(f"f^{length}" for length in each), " + ".join(f"{x}^{length}" for length in each), {length: each.count(length) for length in each}, f,
            "one way through each copy, one through the bottom; convolutions, up-convolutions and the head each pass f",
        )  # fmt: skip
    return nested_paths(state)


def nested_paths(state: State) -> dict[str, Any]:
    """Return the ways through UNet++'s nodes from the last score that is kept."""
    depth, f = state["depth"], state["factor"]
    last = min(state["pruned"] or depth, depth)
    ways: dict[tuple[int, int], dict[int, int]] = {}
    for j in range(depth + 1):
        for i in range(depth + 1 - j):
            reads = [ways[i, k] for k in range(j)] if j else [ways[i - 1, 0] if i else {0: 1}]
            found: dict[int, int] = {}
            for one, more in [*((read, 2) for read in reads), *([(ways[i + 1, j - 1], 3)] if j else [])]:
                for length, count in one.items():
                    found[length + more] = found.get(length + more, 0) + count
            ways[i, j] = found
    lengths = {length + 1: count for length, count in sorted(ways[0, last].items())}
    formula = " + ".join(f"{count if count > 1 else ''}f^{length}" for length, count in lengths.items())
    numbers = formula.replace("f", f"·{decimal(f)}")
    numbers = numbers.replace("+ ·", "+ ").removeprefix("·")
    return way(
        formula,
        numbers,
        lengths,
        f,
        f"ways from the score of X0,{last}: each node's two convolutions, each up-convolution and the head pass f",
    )


def way(formula: str, numbers: str, lengths: dict[int, int], f: float, note: str) -> dict[str, Any]:
    """Return the record of all ways."""
    pairs = [[length, count] for length, count in sorted(lengths.items())]
    return {
        "count": sum(count for _, count in pairs), "formula": formula, "numbers": numbers,
        "value": float(sum(count * f**length for length, count in pairs)), "note": note, "lengths": pairs,
    }  # fmt: skip
