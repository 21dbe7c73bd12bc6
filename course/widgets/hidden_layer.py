"""The hidden-layer explorer: units that each draw a line, the plane that they make, and every partial derivative."""

from __future__ import annotations

from typing import Any

from course.widgets import hidden_layer_model, hidden_layer_still, neuron_still
from course.widgets.bundle import bundle, styles
from course.widgets.explorer import Explorer, Field, load

__all__ = ["HiddenLayerExplorer"]

UNITS = load("hidden_layer")["units"]


class HiddenLayerExplorer(Explorer):
    """See what a hidden layer makes of two inputs: step 1, step 2, the warped plane between them, and how it is trained.

    Step 1: ``hₖ = φ(wₖ₁x₁ + wₖ₂x₂ + bₖ)``. Step 2: ``p = σ(Σₖ vₖhₖ + c)``. The loss is the mean cross-entropy, and gradient
    descent goes one step at a time with every partial derivative in a table.

    Args:
        points: rows of (x₁, x₂, label), the inputs from −2 to 2, the label 0 or 1, up to 60; or a preset's name: circles,
            moons, clusters, xor.
        units: one to eight rows (w₁, w₂, b, v), each from −50 to 50; or a preset's name: discriminants, gates, zeros.
        bias: the output unit's c; None for what goes with the units' preset (0 for rows of your own).
        activation: φ: "sigmoid", "tanh", "relu" or "identity".
        rate: the learning rate η, 0.001 to 10.
        steps: how many steps of gradient descent have been taken; a start (from 0, a preset, at random) sets it to 0.
        seed: what the next random start draws its weights from.
        across, up: the hidden units on the axes of the hidden plane, counted from 0; the last unit where there are fewer.
        pinned: the number of the point whose sums are shown, counted from 0; None for whichever is pointed at.
        parameter: whose derivative is written out: 4k + 0…3 for w₁, w₂, b, v of unit k, 4·units for c; None for none.

    >>> explorer = HiddenLayerExplorer("xor", "gates")          # OR and NAND, and both of them: XOR
    >>> [round(p, 3) for p in explorer.passed.p], explorer.wrong
    ([0.053, 0.942, 0.942, 0.053], 0)
    >>> explorer.step(100)
    >>> round(explorer.loss, 5), explorer.steps
    (0.04312, 100)
    >>> explorer = HiddenLayerExplorer("xor", "zeros")
    >>> explorer
    HiddenLayerExplorer(points='xor', units='zeros', bias=0)
    >>> explorer.start(seed=1, count=2); explorer.step(500); explorer.wrong
    0
    >>> HiddenLayerExplorer(units=[(1, 1)])
    Traceback (most recent call last):
    ...
    course.arithmetic.errors.ShapeError: units[0] takes 4 values, got a list of 2

    Raises:
        SettingError: a value of the wrong kind or beyond the explorer's limits.
        ShapeError: too many points or units, or one that is no row of the right length.

    Taught in lecture 02.
    """

    SPEC = load("hidden_layer")
    _esm = bundle("hidden_layer.js")
    _css = styles("theme.css", "plot.css", "neuron.css", "hidden_layer.css", within="HiddenLayerExplorer")

    points = Field()
    units = Field()
    bias = Field()
    activation = Field()
    rate = Field()
    steps = Field()
    seed = Field()
    across = Field()
    up = Field()
    pinned = Field()
    parameter = Field()

    def __init__(
        self,
        points: Any = "circles",
        units: Any = "discriminants",
        bias: float | None = None,
        activation: str = "sigmoid",
        *,
        rate: float = 1,
        steps: int = 0,
        seed: int = 0,
        across: int = 0,
        up: int = 2,
        pinned: int | None = None,
        parameter: int | None = None,
    ) -> None:
        if bias is None:
            bias = UNITS[units]["bias"] if isinstance(units, str) and units in UNITS else 0
        super().__init__(
            points=points, units=units, bias=bias, activation=activation, rate=rate, steps=steps, seed=seed,
            across=across, up=up, pinned=pinned, parameter=parameter,
        )  # fmt: skip

    @property
    def passed(self) -> hidden_layer_model.Pass:
        """Everything that one forward and backward pass computes."""
        return hidden_layer_model.layer(self.units, self.bias, self.activation, self.points)

    @property
    def loss(self) -> float | None:
        """The mean cross-entropy; None where there are no points."""
        return self.passed.loss

    @property
    def wrong(self) -> int:
        """How many points lie on the side of the other class."""
        return self.passed.wrong

    def step(self, count: int = 1) -> None:
        """Take steps of gradient descent, as the page's buttons do.

        Raises:
            SettingError: a step that leaves the explorer's limits; the weights stay as they were.
        """
        self.units, self.bias = hidden_layer_model.descend(
            self.units, self.bias, self.activation, self.points, self.rate, count
        )
        self.steps = self.steps + count

    def start(self, seed: int | None = None, count: int | None = None) -> None:
        """Draw the weights anew, by the law of ``nn.Linear``: as many units as there are, or ``count``."""
        if seed is not None:
            self.seed = seed
        self.units, self.bias = hidden_layer_model.initial(count or len(self.units), self.seed)
        self.steps = 0

    @property
    def torch_line(self) -> str:
        """The module of torch that computes p."""
        name = {
            "sigmoid": "nn.Sigmoid()",
            "tanh": "nn.Tanh()",
            "relu": "nn.ReLU()",
            "identity": "nn.Identity()",
        }
        n = len(self.units)
        return f"nn.Sequential(nn.Linear(2, {n}), {name[self.activation]}, nn.Linear({n}, 1), nn.Sigmoid())"

    @property
    def torch_program(self) -> str:
        """A program that computes this state's loss and gradients with torch, for comparison."""
        into = "x @ w.T + b" if self.activation == "identity" else f"torch.{self.activation}(x @ w.T + b)"
        units = self.units
        parameters = [
            ("w", [list(unit[:2]) for unit in units]), ("b", [unit[2] for unit in units]),
            ("v", [unit[3] for unit in units]), ("c", self.bias),
        ]  # fmt: skip
        return neuron_still.program(self.points, parameters, f"({into}) @ v + c")

    def svg(self) -> str:
        """Draw both steps' outputs, the hidden plane and the points."""
        return hidden_layer_still.picture(self)

    def description(self) -> str:
        """Say in words and numbers what the picture shows."""
        return hidden_layer_still.words(self)
