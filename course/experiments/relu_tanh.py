"""ReLU against tanh: how many epochs to 25 % training error (Krizhevsky, Sutskever & Hinton 2012, figure 1)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import product
from statistics import mean

from torch import nn

from course.data import Batches
from course.experiments.depth import smaller
from course.experiments.lab import Lab
from course.experiments.registry import ExperimentError, experiment
from course.training import History
from course.training.run import Run

__all__ = ["Reach", "draw", "epochs_to", "errors", "fastest", "four_layers", "relu_tanh"]

TARGET = 0.25  # training error
MEAN, STD = (0.4914, 0.4822, 0.4465), (0.2470, 0.2435, 0.2616)  # of CIFAR-10's training pictures, in [0, 1]


@experiment("ReLU against tanh: epochs to 25 % training error", lecture=7)
def relu_tanh(lab: Lab) -> None:
    """Ask how much sooner a net with ReLU comes to a training error of 25 % than the same net with tanh.

    Protocol: four layers, SGD with momentum 0.9, no regularisation, no schedule. As in the paper each activation has the
    learning rate that is fastest for it: the best of a grid, by a run with a seed of its own, which is not counted. Then the
    epochs to the target with other seeds. The training error is measured in evaluation mode after every epoch, and
    between two epochs a straight line is drawn. A run ends at the target. There is no test: the question is of training.

    All of it twice: with torch's usual draw of the weights, which is made for neither, and with each net's own (He et al. 2015
    for ReLU, Glorot & Bengio 2010 for tanh). Both are reported; the second was added when the first had been seen.
    """
    full = lab.scale == "full"
    train = lab.load("cifar10" if full else "cifar10_subset", "train")
    if not full:
        train = smaller(train[: lab.pick(smoke=256, cpu=5000, full=0)])
    rates = lab.pick(smoke=(0.01,), cpu=(0.01, 0.03, 0.1, 0.003), full=(0.01, 0.03, 0.1, 0.003, 0.001))
    seeds = lab.pick(smoke=(1,), cpu=(1, 2, 3), full=(1, 2, 3, 4, 5))
    limit = lab.pick(smoke=2, cpu=40, full=60)
    width = lab.pick(smoke=8, cpu=16, full=32)
    batches = partial(Batches, train, mean=MEAN, std=STD)

    taken: dict[str, list[float]] = {}
    for start, activation in product(("usual", "own"), ("relu", "tanh")):
        what = f"{start}_{activation}"

        def run(
            name: str, rate: float, seed: int, epochs: int,
            what: str = what, start: str = start, activation: str = activation,
        ) -> list[float]:  # fmt: skip
            lab.seed(seed)
            model = four_layers(activation, width, size=train.x[0].shape[-1])
            if start == "own":
                draw(model, activation)
            history = lab.fit(
                f"{what} {name}", model, batches(128 if full else 64, seed=seed), {"seen": batches(500, shuffle=False)},
                optimizer="momentum", lr=rate, epochs=epochs, metrics=["accuracy"], seed=seed, callbacks=[Reach()],
            )  # fmt: skip
            return errors(history)

        tried: dict[float, list[float]] = {}
        enough = limit  # a rate that is not at the target when another was is not the fastest
        for rate in rates:
            tried[rate] = run(f"rate {rate:g}", rate, 0, enough)
            enough = min(enough, math.ceil(epochs_to(tried[rate]) or limit))
        rate = fastest(tried)
        lab.figure(f"{what}_rate", rate)
        if len(rates) > 1 and rate in (min(rates), max(rates)):
            lab.note(
                f"{what}: the fastest rate, {rate:g}, is at the end of the grid; one beyond it may be faster."
            )
        found = [epochs_to(run(f"seed {seed}", rate, seed, limit)) for seed in seeds]
        taken[what] = [float(limit) if time is None else time for time in found]
        lab.figure(f"{what}_epochs", taken[what])
        if None in found:
            lab.note(
                f"{what}: {found.count(None)} of {len(found)} runs did not come to the target and count as {limit} epochs, "
                f"so that the ratio is {'at least' if activation == 'tanh' else 'at most'} the one given."
            )
    for start in ("usual", "own"):
        ratio = mean(taken[f"{start}_tanh"]) / mean(taken[f"{start}_relu"])
        lab.figure(
            f"{start}_tanh_over_relu", ratio, published="6", source="Krizhevsky et al. 2012, figure 1: six times faster"
        )  # fmt: skip
    if not full:
        lab.note(
            f"Not the paper's setting: {len(train):,} pictures of 16×16 that are not CIFAR-10's own, and a net of its own, for the "
            "paper does not give its four layers."
        )


def four_layers(activation: str, width: int = 32, *, size: int = 32) -> nn.Module:
    """Return three 5×5 convolutions, each followed by a pooling, and a dense layer, for pictures of size×size.

    >>> import torch
    >>> four_layers("tanh", 4, size=16)(torch.zeros(2, 3, 16, 16)).shape
    torch.Size([2, 10])

    Raises:
        ExperimentError: an activation other than ReLU and tanh, a size that three poolings do not divide.
    """
    made = {"relu": nn.ReLU, "tanh": nn.Tanh}
    if activation not in made:
        raise ExperimentError(f"activation {activation!r} is not compared here: use 'relu' or 'tanh'")
    if size < 8 or size % 8:
        raise ExperimentError(f"size {size}: three poolings halve it, so use a multiple of 8")
    layers: list[nn.Module] = []
    for before, after in ((3, width), (width, width), (width, 2 * width)):
        layers += [nn.Conv2d(before, after, 5, padding=2), made[activation](), nn.MaxPool2d(2)]
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(2 * width * (size // 8) ** 2, 10))


def draw(model: nn.Module, activation: str) -> None:
    """Draw the weights anew as is right for the activation: He et al.'s for ReLU, Glorot's times 5/3 for tanh; biases 0."""
    for module in model.modules():
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            if activation == "relu":
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
            else:
                nn.init.xavier_normal_(module.weight, gain=nn.init.calculate_gain("tanh"))
            if module.bias is not None:
                nn.init.zeros_(module.bias)


class Reach:
    """Ends a run whose training error has come to the target."""

    def on_epoch(self, run: Run) -> None:
        """Look at the last epoch."""
        if errors(run.history)[-1] <= TARGET:
            run.stop(f"the training error came to {TARGET:.0%}")


def errors(history: History) -> list[float]:
    """Return the training error after each epoch."""
    return [1 - accuracy for accuracy in history["seen_accuracy"]]


def epochs_to(curve: Sequence[float], target: float = TARGET) -> float | None:
    """Return after how many epochs an error first comes to the target, on straight lines between epochs; None if never.

    The line to the first epoch starts at an error of 90 %, ten classes guessed.

    >>> epochs_to([0.6, 0.35, 0.15]), epochs_to([0.25]), epochs_to([0.6, 0.5]), epochs_to([])
    (2.5, 1.0, None, None)
    """
    before = 0.9
    for epoch, after in enumerate(curve):
        if after <= target:
            return epoch + (before - target) / (before - after)
        before = after
    return None


def fastest(curves: Mapping[float, Sequence[float]]) -> float:
    """Return the rate whose error came to the target first; if none did, the rate with the least error at the end.

    >>> fastest({0.1: [0.5, 0.2], 0.2: [0.2], 0.3: [0.9]}), fastest({0.1: [0.5], 0.2: [0.4]})
    (0.2, 0.2)
    """
    return min(curves, key=lambda rate: (epochs_to(curves[rate]) or math.inf, curves[rate][-1]))
