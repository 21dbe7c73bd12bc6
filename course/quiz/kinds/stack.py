"""Whole nets as lists of steps: changed lists are what wrong formulas count, and the words of a prompt explain the notation."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import prod
from typing import NamedTuple

from course.quiz.kinds.parts import Conv, Dense, Norm, Part, chain, listed

__all__ = ["Stack", "Step", "build", "derivations", "legend", "without"]


class Step(NamedTuple):
    """One step of a net; a convolution takes its input channels from what stands before it.

    Attributes:
        word: conv, relu, bn, pool, avgpool, gap, flatten or linear.
        out: output channels or units; window of a pooling.
        k: side of a kernel.
        stride, padding, groups, bias: of a convolution; 0 groups stand for depthwise, padding None keeps the size.
    """

    word: str
    out: int = 0
    k: int = 3
    stride: int = 1
    padding: int | None = None
    groups: int = 1
    bias: bool = True


@dataclass
class Stack:
    """A net built from steps.

    Attributes:
        shape: of the input.
        steps: in notation.
        parts: those that learn something.
        shapes: of every node's output, in order.
        names: of every node, as the notation gives them.
    """

    shape: tuple[int, ...]
    steps: list[str] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    shapes: list[tuple[int, ...]] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    @property
    def net(self) -> str:
        """The line of notation."""
        return chain(self.shape, *self.steps)

    @property
    def last(self) -> tuple[int, ...]:
        """Shape of the last output."""
        return self.shapes[-1] if self.shapes else self.shape

    def name_of(self, part: Part) -> str:
        """Return the node of a part: conv1, bn1, …"""
        words = {Conv: "conv", Dense: "linear", Norm: "bn"}
        same = [p for p in self.parts if type(p) is type(part)]
        return f"{words[type(part)]}{1 + next(i for i, p in enumerate(same) if p is part)}"


def build(shape: tuple[int, ...], steps: Sequence[Step]) -> Stack:
    """Return the net that steps make of an input.

    >>> build((3, 8, 8), [Step("conv", 4), Step("relu"), Step("pool", 2), Step("flatten"), Step("linear", 10)]).net
    '3x8x8 > conv(3, 4, 3x3, p1) > relu > pool(2) > flatten > linear(10)'
    """
    stack = Stack(shape)
    for step in steps:
        now = stack.last
        c, sides = now[0], (now[1], now[2]) if len(now) == 3 else (1, 1)
        if step.word == "conv":
            padding = step.k // 2 if step.padding is None else step.padding
            out = step.out or c
            conv = Conv(c, out, step.k, step.k, step.stride, padding, 1, step.groups or c, step.bias, sides)
            stack.parts.append(conv)
            now, text = (out, *conv.after), conv.step
        elif step.word == "linear":
            dense = Dense(c, step.out, step.bias)
            stack.parts.append(dense)
            now, text = (step.out,), dense.step
        elif step.word == "bn":
            stack.parts.append(Norm(c))
            text = "bn"
        elif step.word in ("pool", "avgpool"):
            now, text = (c, sides[0] // step.out, sides[1] // step.out), f"{step.word}({step.out})"
        else:
            now = {"gap": (c, 1, 1), "flatten": (prod(now),)}.get(step.word, now)
            text = step.word
        stack.steps.append(text)
        stack.shapes.append(now)
        word = "pool" if step.word == "avgpool" else step.word
        stack.names.append(f"{word}{1 + sum(n.startswith(word) for n in stack.names)}")
    return stack


def without(steps: Sequence[Step], wrong: Callable[[Step], bool], *, last: bool = False) -> list[Step]:
    """Return the steps without those that are wrong, or without the last of them.

    >>> [step.word for step in without([Step("pool", 2), Step("relu"), Step("pool", 2)], lambda s: s.word == "pool", last=True)]
    ['pool', 'relu']
    """
    places = [i for i, step in enumerate(steps) if wrong(step)]
    gone = places[-1:] if last else places
    return [step for i, step in enumerate(steps) if i not in gone]


def derivations(stack: Stack, quantity: str = "parameters") -> tuple[tuple[str, str], ...]:
    """Return the derivations of all parts of a net, for a worked solution."""
    return tuple((stack.name_of(p), quantity) for p in stack.parts)


#: What each letter of a setting means, and each word of the notation.
LETTERS = {
    "s": "s is the stride (1 where none is given)",
    "p": "p is the padding on every side (0 where none is given)",
    "d": "d is the dilation",
    "g": "g is the number of groups",
}
WORDS = {
    r"\bbn\b(?!\()": "bn is batch normalisation with γ and β",
    r"\bbn\(": "bn(K) is batch normalisation of K maps with γ and β",
    r"\brelu\b": "relu learns nothing",
    r"(?<!avg)\bpool\(2\)": "pool(2) is max pooling of 2×2 with stride 2 and no padding, rounded down",
    r"(?<!avg)\bpool\(2x2\)": "pool(2x2) is max pooling of 2×2 with stride 2 and no padding, rounded down",
    r"\bpool\(3, s1, p1\)": "pool(3, s1, p1) is max pooling of 3×3 with stride 1 and padding 1, which keeps the size",
    r"\bavgpool\(2\)": "avgpool(2) is average pooling of 2×2 with stride 2",
    r"\bgap\b": "gap averages each map to one number",
    r"\bflatten\b": "flatten makes a vector of all values",
    r"\blinear\(\d+\)": "linear(M) is a dense layer with M outputs",
    r"\blinear\(\d+, \d": "linear(N, M) is a dense layer with N inputs and M outputs",
    r"\badd\(": "add sums its branches",
    r"\bconcat\(": "concat puts the channels of its branches one after another",
    r"\bskip\b": "skip is what the branches begin with",
}


def legend(net: str, *, biases: bool = True) -> str:
    """Return what the words of a line of notation mean, as sentences; those that do not occur are not explained.

    Args:
        net: the line of notation.
        biases: whether to say which layers have biases.
    """
    first = "The notation: the input comes first (channels×height×width)"
    settings = " ".join(re.findall(r"\bconv\(([^()]*)\)", net))
    if settings:
        letters = [said for letter, said in LETTERS.items() if re.search(rf" {letter}\d", settings)]
        without_s, without_p = (not re.search(rf" {letter}\d", settings) for letter in "sp")
        plain = ["stride 1"] * without_s + ["no padding"] * without_p
        first += f"; conv(in, out, kernel) is a convolution{' with ' * bool(plain)}{listed(plain) if plain else ''}"
        first += f"; {listed(letters)}" if letters else ""
    words = [said for pattern, said in WORDS.items() if re.search(pattern, net)]
    said = "; ".join([first, *words]) + "."
    if not biases:
        return said
    if "nobias" in net:
        layers = re.findall(r"\b(?:conv|linear)\(([^()]*)\)", net)
        rest = any("nobias" not in layer for layer in layers)
        return said + " Layers with nobias have no biases" + (", all others have biases." if rest else ".")
    both = " and ".join(
        name for word, name in (("conv", "convolutions"), ("linear", "dense layers")) if f"{word}(" in net
    )
    return said + f" {both.capitalize()} have biases."
