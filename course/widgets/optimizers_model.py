"""Seven optimizers from one start: their steps as torch.optim takes them, and what became of each in words.

``js/optimizers_model.js`` computes the same; tests/widgets holds the two together with one table of cases, and this
one to torch.optim and torch.optim.lr_scheduler.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from course.arithmetic.errors import SettingError
from course.widgets.numbers import decimal
from course.widgets.optimizers_surfaces import Pair, Surface, batches, eigenvalues, find
from course.widgets.significant import significant

__all__ = ["LABELS", "OPTIMIZERS", "SCHEDULES", "Run", "factors", "limit", "race", "run", "update", "verdict"]

LABELS = {
    "sgd": "SGD", "momentum": "Momentum", "nesterov": "Nesterov", "rmsprop": "RMSprop", "adagrad": "Adagrad", "adam": "Adam",
    "adamw": "AdamW",
}  # fmt: skip
OPTIMIZERS = tuple(LABELS)
SCHEDULES = ("constant", "step", "exponential", "cosine", "inverse", "warmup", "warmup_cosine")
BETA1, BETA2, EPS, ADAGRAD_EPS, ALPHA = 0.9, 0.999, 1e-8, 1e-10, 0.99  # torch's defaults
LOST = 1000.0  # a coordinate beyond this ends a run
NEAR, FLAT = 0.05, 1e-3  # of a minimum; of a gradient


def factors(schedule: str, steps: int, gamma: float = 0.9, every: int = 10) -> list[float]:
    """Return what multiplies the rate at each step.

    =================  ===========================================================  =============================
    ``constant``       1
    ``step``           γ^⌊t/T⌋                                                      ``StepLR(T, γ)``
    ``exponential``    γ^t                                                          ``ExponentialLR(γ)``
    ``cosine``         (1 + cos(πt/steps))/2                                        ``CosineAnnealingLR(steps)``
    ``inverse``        1/(1 + t/T), as Robbins and Monro ask (1951)                 ``LambdaLR``
    ``warmup``         0.1 + 0.9·min(t, T)/T                                        ``LinearLR(0.1, 1, T)``
    ``warmup_cosine``  the warm-up, then the cosine over the steps that are left    ``SequentialLR``
    =================  ===========================================================  =============================

    >>> [round(f, 2) for f in factors("step", 5, gamma=0.5, every=2)]
    [1.0, 1.0, 0.5, 0.5, 0.25]
    >>> [round(f, 2) for f in factors("warmup_cosine", 6, every=3)]
    [0.1, 0.4, 0.7, 1.0, 0.75, 0.25]

    Raises:
        SettingError: "schedule '…' is not known: use one of …".

    Taught in lecture 03.
    """
    if schedule not in SCHEDULES:
        raise SettingError(f"schedule {schedule!r} is not known: use one of {', '.join(SCHEDULES)}")
    found, power = list[float](), 1.0
    for t in range(steps):
        if t and (schedule == "exponential" or (schedule == "step" and t % every == 0)):
            power *= gamma
        factor = power
        if schedule == "cosine":
            factor = (1 + math.cos(math.pi * t / steps)) / 2
        elif schedule == "inverse":
            factor = 1 / (1 + t / every)
        elif schedule in ("warmup", "warmup_cosine"):
            factor = 0.1 + 0.9 * min(t, every) / every
            if schedule == "warmup_cosine" and t >= every:
                factor = (1 + math.cos(math.pi * (t - every) / (steps - every))) / 2
        found.append(factor)
    return found


@dataclass
class Memory:
    """What an optimizer keeps for each coordinate: a first and a second moving sum, and Adam's products β^t."""

    first: list[float] = field(default_factory=lambda: [0.0, 0.0])
    second: list[float] = field(default_factory=lambda: [0.0, 0.0])
    beta1: float = 1.0
    beta2: float = 1.0


def update(
    name: str,
    place: Pair,
    gradient: Pair,
    memory: Memory,
    rate: float,
    mu: float = 0.9,
    decay: float = 0.01,
) -> Pair:
    """Take one step, as torch.optim's class of that name does with its default settings, and keep its memory.

    >>> update("sgd", (1, 1), (2, 0), Memory(), 0.1)
    (0.8, 1.0)
    >>> update("adam", (1, 1), (2, -50), Memory(), 0.1)                # the first step: the rate, whatever the gradient
    (0.9000000005, 1.09999999998)

    Args:
        name: one of ``OPTIMIZERS``.
        place: (x, y) now.
        gradient: (∂L/∂x, ∂L/∂y) there.
        memory: changed in place.
        rate: the learning rate of this step.
        mu: the momentum factor, of momentum and Nesterov.
        decay: AdamW's weight decay.

    Taught in lecture 03.
    """
    memory.beta1 *= BETA1
    memory.beta2 *= BETA2
    after = []
    for i, (x, g) in enumerate(zip(place, gradient, strict=True)):
        first, second = memory.first[i], memory.second[i]
        if name == "sgd":
            x = x - rate * g
        elif name in ("momentum", "nesterov"):
            first = mu * first + g
            x = x - rate * (first if name == "momentum" else g + mu * first)
        elif name == "adagrad":
            second = second + g * g
            x = x - rate * g / (math.sqrt(second) + ADAGRAD_EPS)
        elif name == "rmsprop":
            second = ALPHA * second + (1 - ALPHA) * g * g
            x = x - rate * g / (math.sqrt(second) + EPS)
        else:
            if name == "adamw":
                x = x * (1 - rate * decay)
            first = BETA1 * first + (1 - BETA1) * g
            second = BETA2 * second + (1 - BETA2) * g * g
            root = math.sqrt(second) / math.sqrt(1 - memory.beta2) + EPS
            x = x - rate / (1 - memory.beta1) * first / root
        memory.first[i], memory.second[i] = first, second
        after.append(x)
    return after[0], after[1]


@dataclass(frozen=True)
class Run:
    """One optimizer's way.

    Attributes:
        path: places, the start first; shorter than the race where it was lost.
        losses: the loss at each place, of all samples.
        norms: the length of the gradient at each place, of all samples.
        rates: the rate of each step taken.
        gradients: what each step saw: a mini-batch's gradient on the noisy bowl.
        lost: True if it ended for a coordinate beyond 1000.
    """

    path: list[Pair]
    losses: list[float]
    norms: list[float]
    rates: list[float]
    gradients: list[Pair]
    lost: bool


def run(
    surface: str,
    start: Pair,
    name: str,
    rate: float,
    steps: int,
    schedule: str = "constant",
    gamma: float = 0.9,
    every: int = 10,
    mu: float = 0.9,
    decay: float = 0.01,
    batch: int = 4,
    seed: int = 0,
) -> Run:
    """Follow one optimizer over a surface.

    >>> way = run("bowl", (2, 1), "sgd", 0.5, 3)
    >>> way.path, way.losses[-1]
    ([(2, 1), (1.0, 0.0), (0.5, 0.0), (0.25, 0.0)], 0.03125)
    >>> y = [place[1] for place in run("ravine", (1, 1), "sgd", 0.11, 3).path]   # 0.11 > 2/20: each step overshoots more
    >>> [round(one, 3) for one in y]
    [1, -1.2, 1.44, -1.728]

    Taught in lecture 03.
    """
    ground, memory, place = find(surface), Memory(), start
    means = batches(seed, batch, steps) if ground.noisy else []
    path, seen, rates = [start], list[Pair](), list[float]()
    lost = False
    for t, factor in enumerate(factors(schedule, steps, gamma, every)):
        gradient = ground.gradient(*place)
        if ground.noisy:
            gradient = (place[0] - means[t][0], 4 * (place[1] - means[t][1]))
        seen.append(gradient)
        rates.append(rate * factor)
        place = update(name, place, gradient, memory, rate * factor, mu, decay)
        path.append(place)
        if not max(abs(place[0]), abs(place[1])) <= LOST:
            lost = True
            break
    losses = [ground.value(x, y) for x, y in path]
    norms = [math.hypot(*ground.gradient(x, y)) for x, y in path]
    return Run(path, losses, norms, rates, seen, lost)


def race(state: Mapping[str, object]) -> dict[str, Run]:
    """Run all runners of an explorer's state, in the order of ``OPTIMIZERS``."""
    common = ("schedule", "gamma", "every", "mu", "decay", "batch", "seed")
    return {
        name: run(state["surface"], state["start"], name, state[name], state["steps"], **{k: state[k] for k in common})  # type: ignore[arg-type]
        for name in OPTIMIZERS
        if name in state["runners"]  # type: ignore[operator]
    }  # fmt: skip


def limit(name: str, curvature: float, mu: float = 0.9) -> tuple[float, str] | None:
    """Return the rate from which a runner diverges in a bowl of this curvature, with its formula; None if it has none.

    Each is where an eigenvalue of the linear map (x, v) → (x′, v′) reaches −1. (Polyak 1964 for momentum; Nesterov as
    torch writes it, ``x ← x − η(g + μv)``.)

    >>> limit("sgd", 20), limit("momentum", 20), limit("adam", 20)
    ((0.1, '2/λmax'), (0.19, '2(1 + μ)/λmax'), None)

    Taught in lecture 03.
    """
    return {
        "sgd": (2 / curvature, "2/λmax"),
        "momentum": (2 * (1 + mu) / curvature, "2(1 + μ)/λmax"),
        "nesterov": (2 * (1 + mu) / ((1 + 2 * mu) * curvature), "2(1 + μ)/((1 + 2μ)λmax)"),
    }.get(name)


def _since(way: Run, step: int, holds: Callable[[float, float], bool]) -> int:
    """Return the step from which something holds without a break up to a step at which it does."""
    while step and holds(*way.path[step - 1]):
        step -= 1
    return step


def _reason(name: str, ground: Surface, way: Run, left: int, mu: float) -> str:
    """Say why a runner left the map, where there is a reason to give."""
    highest = max(way.rates[:left])
    start = way.path[0]
    steepest = eigenvalues(ground.hessian(*start))[1]
    found = limit(name, steepest, mu) if steepest > 0 else None
    if found and highest >= found[0]:
        where = "" if ground.quadratic else " with the curvature at the start"
        return f": the rate {significant(highest)} is not below {found[1]} = {significant(found[0])}{where}"
    first = {"rmsprop": 10.0, "adagrad": 1.0, "adam": 1.0, "adamw": 1.0}.get(name)
    if first:
        return (
            f": its first step is {significant(first * way.rates[0])} along each axis, whatever the gradient"
        )
    return ""


def verdict(name: str, surface: str, way: Run, step: int, mu: float = 0.9) -> str:
    """Say what has become of a runner at a step.

    >>> print(verdict("sgd", "ravine", run("ravine", (1, 1), "sgd", 0.11, 60), 60))
    SGD left the map at step 7: the rate 0.11 is not below 2/λmax = 0.1. Lost at step 38.
    >>> print(verdict("sgd", "saddle", run("saddle", (1, 0), "sgd", 0.2, 60), 60))
    SGD is stuck on the saddle at (0, 0): the gradient is 1.532·10⁻⁶ there, and the surface falls to both sides.
    >>> print(verdict("adam", "bowl", run("bowl", (2, 1), "adam", 0.1, 90), 90))
    Adam reached the minimum (0, 0) at step 72.
    """
    ground, label, k = find(surface), LABELS[name], min(step, len(way.path) - 1)
    x, y = way.path[k]
    at = f"({decimal(x)}, {decimal(y)})"
    if k == 0:
        return f"{label} is at the start."
    if not ground.inside(x, y):
        left = _since(way, k, lambda a, b: not ground.inside(a, b))
        ended = f" Lost at step {k}." if way.lost and k == len(way.path) - 1 else ""
        return f"{label} left the map at step {left}{_reason(name, ground, way, left, mu)}.{ended}"
    near = [(m, n) for m, n in ground.minima if math.hypot(x - m, y - n) < NEAR]
    if near:
        m, n = near[0]
        since = _since(way, k, lambda a, b: math.hypot(a - m, b - n) < NEAR)
        named = f"the minimum ({decimal(m)}, {decimal(n)})"
        return f"{label} reached {named} at step {since}." if since else f"{label} stays in {named}."
    low, high = eigenvalues(ground.hessian(x, y))
    if way.norms[k] < FLAT:
        there = f"at {at}: the gradient is {significant(way.norms[k])} there"
        if low < -FLAT and high > FLAT:
            return f"{label} is stuck on the saddle {there}, and the surface falls to both sides."
        if high < -FLAT:
            return f"{label} is stuck on the maximum {there}, and the surface falls all around."
        return f"{label} is stuck on flat ground {there}."
    back = max(0, k - 10)
    loss = f"loss {significant(way.losses[k])}, gradient {significant(way.norms[k])}"
    if way.losses[k] < way.losses[back]:
        return f"{label} is on its way at {at}: {loss}."
    why = "the noise of the mini-batches keeps it moving" if ground.noisy else "it overshoots"
    return f"{label} gets no lower at {at}: {loss}, no less than at step {back}; {why}."
