"""Nodes of a network with skips, as they are added, and what does not fit among them."""

from __future__ import annotations

from typing import Any

from course.arithmetic import LayerError
from course.arithmetic.derive import figure

__all__ = ["Misfit", "Net", "Node", "Shape", "State", "counted", "joined", "mend", "run"]

State = dict[str, Any]
Node = dict[str, Any]
Shape = tuple[int, ...]


class Misfit(Exception):
    """A join, or a layer, that does not fit: the message, the node, and what to set instead."""

    def __init__(self, text: str, at: str, words: str = "", patch: State | None = None) -> None:
        super().__init__(text)
        self.problem = {"text": text, "at": at, "mend": {"words": words, "patch": patch} if patch else None}


class Net:
    """Nodes as they are added; each knows its place in the picture, in columns and rows."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.shapes: dict[str, Shape] = {}

    def add(
        self, key: str, name: str, kind: str, does: str, inputs: tuple[str, ...], shape: Shape, at: tuple[float, float],
        sums: tuple[tuple[str, int], ...] = (), told: str = "", idle: bool = False,
    ) -> str:  # fmt: skip
        """Add a node whose parameters are the sum of ``sums``: (numbers put in, count)."""
        self.shapes[key] = shape
        total = sum(count for _, count in sums)
        text = " + ".join(numbers for numbers, _ in sums)
        self.nodes.append(
            {
                "id": key, "name": name, "kind": kind, "does": does, "inputs": list(inputs), "shape": list(shape),
                "parameters": total, "sum": f"{text} = {figure(total)}" if sums else "0", "told": told, "column": at[0], "row": at[1], "idle": idle,
            }
        )  # fmt: skip
        return key


def counted(layer: Any, shape: Shape) -> tuple[str, int]:
    """Return a layer's parameters with the numbers put in, and their count."""
    derivation = layer.explain("parameters", shape)
    return derivation.numbers, derivation.result


def run(layer: Any, shape: Shape, at: str, state: State) -> Shape:
    """Return a layer's output shape; say at which node it does not fit."""
    try:
        found: Shape = layer.output_shape(shape)
    except LayerError as error:
        words, patch = mend(state)
        raise Misfit(f"{at}: {error}", at, words, patch) from None
    return found


def joined(layer: Any, shapes: tuple[Shape, ...], at: str, mended: tuple[str, State | None]) -> Shape:
    """Return the shape of a join; say at which node it fails, and what would mend it."""
    try:
        found: Shape = layer.output_shape(*shapes)
    except LayerError as error:
        raise Misfit(f"{at}: {error}", at, *mended) from None
    return found


def mend(state: State) -> tuple[str, State]:
    """Return the kernel and padding that keep the size."""
    kernel = state["kernel"] if state["kernel"] % 2 else state["kernel"] + 1
    kernel = min(kernel, 7)
    patch = {"padding": kernel // 2} | ({} if kernel == state["kernel"] else {"kernel": kernel})
    words = (
        f"padding {kernel // 2}"
        if kernel == state["kernel"]
        else f"kernel {kernel} with padding {kernel // 2}"
    )
    if patch["padding"] == state["padding"] and len(patch) == 1:  # the size itself is too small
        return "size 32", {"size": (32, 32)}
    return words, patch
