"""The neuron explorer: two inputs, a line to drag, and the loss and gradient of every point."""

from __future__ import annotations

from typing import Any

from course.widgets import neuron_model, neuron_still
from course.widgets.bundle import bundle, styles
from course.widgets.explorer import Explorer, Field, load

__all__ = ["NeuronExplorer"]


class NeuronExplorer(Explorer):
    """See what one neuron makes of two inputs, and how the loss of each point pulls its line.

    ``p = σ(w₁x₁ + w₂x₂ + b)``; each point costs ``−y ln p − (1 − y) ln(1 − p)``, whose gradient is ``(p − y)·(x₁, x₂, 1)``.
    The line p = 1/2 can be dragged and turned, points can be put anywhere, and gradient descent goes step by step.

    Args:
        points: rows of (x₁, x₂, label), the inputs from −2 to 2, the label 0 or 1, up to 60; or a preset's name: separable,
            overlapping, and, or, xor.
        w1, w2: the weights, from −20 to 20.
        bias: from −40 to 40.
        threshold: the probability from which on class 1 is predicted, 0.01 to 0.99.
        rate: the learning rate η, 0.001 to 10.
        steps: how many steps of gradient descent have been taken; a start (from 0, a preset, at random) sets it to 0.
        arrows: draw how each point pulls the weights.
        pinned: the number of the point whose sums are shown, counted from 0; None for whichever is pointed at.

    >>> explorer = NeuronExplorer("xor", w1=1, w2=1, bias=-0.5)
    >>> explorer
    NeuronExplorer(points='xor', w2=1, bias=-0.5)
    >>> explorer.wrong, explorer.best_error         # no line does better than one wrong of four
    (1, 1)
    >>> round(explorer.loss, 6), [round(g, 4) for g in explorer.gradient]
    (0.780911, [0.11, 0.11, 0.11])
    >>> explorer.step(1000)                         # downhill to where nothing is decided: every p is 1/2
    >>> abs(explorer.w1) < 1e-6, round(explorer.loss, 6), explorer.steps
    (True, 0.693147, 1000)
    >>> explorer.torch_line
    'nn.Sequential(nn.Linear(2, 1), nn.Sigmoid())'
    >>> NeuronExplorer("xor", rate=0)
    Traceback (most recent call last):
    ...
    course.arithmetic.errors.SettingError: rate must be at least 0.001, got 0

    Raises:
        SettingError: a value of the wrong kind or beyond the explorer's limits.
        ShapeError: too many points, or one that is no row of three numbers.

    Taught in lecture 01.
    """

    SPEC = load("neuron")
    _esm = bundle("neuron.js")
    _css = styles("theme.css", "plot.css", "neuron.css", within="NeuronExplorer")

    points = Field()
    w1 = Field()
    w2 = Field()
    bias = Field()
    threshold = Field()
    rate = Field()
    steps = Field()
    arrows = Field()
    pinned = Field()

    def __init__(
        self,
        points: Any = "separable",
        w1: float = 1,
        w2: float = -1,
        bias: float = 0.5,
        *,
        threshold: float = 0.5,
        rate: float = 1,
        steps: int = 0,
        arrows: bool = True,
        pinned: int | None = None,
    ) -> None:
        super().__init__(
            points=points, w1=w1, w2=w2, bias=bias, threshold=threshold, rate=rate, steps=steps, arrows=arrows,
            pinned=pinned,
        )  # fmt: skip

    @property
    def weights(self) -> tuple[float, float, float]:
        """The triple (w₁, w₂, b)."""
        return self.w1, self.w2, self.bias

    @property
    def passed(self) -> neuron_model.Pass:
        """Everything that one forward and backward pass computes."""
        return neuron_model.neuron(self.weights, self.points, self.threshold)

    @property
    def loss(self) -> float | None:
        """The mean cross-entropy; None where there are no points."""
        return self.passed.loss

    @property
    def gradient(self) -> list[float] | None:
        """The mean gradient (∂L/∂w₁, ∂L/∂w₂, ∂L/∂b); None where there are no points."""
        return self.passed.gradient

    @property
    def wrong(self) -> int:
        """How many points are predicted wrongly at this threshold."""
        return self.passed.wrong

    @property
    def best_error(self) -> int:
        """The fewest wrong predictions that any line could make."""
        return neuron_model.best_error(self.points)

    def step(self, count: int = 1) -> None:
        """Take steps of gradient descent, as the page's buttons do.

        Raises:
            SettingError: a step that leaves the explorer's limits; the weights stay as they were.
        """
        weights = neuron_model.descend(self.weights, self.points, self.rate, count)
        self.w1, self.w2, self.bias = weights
        self.steps = self.steps + count

    @property
    def torch_line(self) -> str:
        """The module of torch that computes p."""
        return "nn.Sequential(nn.Linear(2, 1), nn.Sigmoid())"

    @property
    def torch_program(self) -> str:
        """A program that computes this state's loss and gradient with torch, for comparison."""
        return neuron_still.program(
            self.points,
            [("w", list(self.weights[:2])), ("b", self.bias)],
            "x @ w + b",
        )

    def svg(self) -> str:
        """Draw the output surface, the line, the points and their pulls."""
        return neuron_still.picture(self)

    def description(self) -> str:
        """Say in words and numbers what the picture shows."""
        return neuron_still.words(self)
