"""The race in words: each update with its numbers put in, the curvature and the rates it allows, the lines of torch.

``js/optimizers_words.js`` writes the same words; tests/widgets holds the two together.
"""

from __future__ import annotations

from course.widgets.fields import show
from course.widgets.numbers import decimal
from course.widgets.optimizers_model import ALPHA, BETA1, BETA2, OPTIMIZERS, Memory, Run, limit, update
from course.widgets.optimizers_surfaces import Pair, eigenvalues, find
from course.widgets.significant import factor, raised, significant

__all__ = ["curvature_words", "optimizer_line", "problem_words", "schedule_line", "step_words"]

n = significant


def step_words(name: str, way: Run, step: int, mu: float = 0.9, decay: float = 0.01) -> list[str]:
    """Write one step of a run with its numbers, a line for each coordinate; the first step is 1.

    >>> from course.widgets.optimizers_model import run
    >>> for line in step_words("momentum", run("bowl", (2, 1), "momentum", 0.1, 3), 2): print(line)
    x: v = 0.9·2 + 1.8 = 3.6; 1.8 − 0.1·3.6 = 1.44
    y: v = 0.9·2 + 1.6 = 3.4; 0.8 − 0.1·3.4 = 0.46
    >>> print(step_words("adam", run("bowl", (2, 1), "adam", 0.1, 3), 1)[0])
    x: m = 0.9·0 + 0.1·2 = 0.2, v = 0.999·0 + 0.001·2² = 0.004; 2 − 0.1·(m/(1 − 0.9¹))/√(v/(1 − 0.999¹)) = 2 − 0.1·2/√4 = 1.9
    """
    memory = Memory()
    for k in range(step - 1):
        update(name, way.path[k], way.gradients[k], memory, way.rates[k], mu, decay)
    before = [(memory.first[i], memory.second[i]) for i in (0, 1)]
    place, rate, gradient = way.path[step - 1], way.rates[step - 1], way.gradients[step - 1]
    after = update(name, place, gradient, memory, rate, mu, decay)
    lines = []
    for i, axis in enumerate("xy"):
        g, (first, second) = gradient[i], before[i]
        start, m = f"{n(place[i])} − {n(rate)}·", factor(mu)
        if name == "sgd":
            text = f"{start}{factor(g)}"
        elif name in ("momentum", "nesterov"):
            v = memory.first[i]
            ahead = factor(v) if name == "momentum" else f"({n(g)} + {m}·{factor(v)})"
            text = f"v = {m}·{factor(first)} + {factor(g)} = {n(v)}; {start}{ahead}"
        elif name in ("adagrad", "rmsprop"):
            s = memory.second[i]
            sum_ = (
                f"{n(second)} + {factor(g)}²"
                if name == "adagrad"
                else f"{n(ALPHA)}·{n(second)} + {n(1 - ALPHA)}·{factor(g)}²"
            )
            text = f"s = {sum_} = {n(s)}; {start}{factor(g)}/√{n(s)}"
        else:
            if name == "adamw":
                start = f"(1 − {n(rate)}·{n(decay)})·{factor(place[i])} − {n(rate)}·"
            power = raised(step)
            mean, square = memory.first[i] / (1 - memory.beta1), memory.second[i] / (1 - memory.beta2)
            text = (
                f"m = {n(BETA1)}·{factor(first)} + {n(1 - BETA1)}·{factor(g)} = {n(memory.first[i])}, "
                f"v = {n(BETA2)}·{n(second)} + {n(1 - BETA2)}·{factor(g)}² = {n(memory.second[i])}; "
                f"{start}(m/(1 − {n(BETA1)}{power}))/√(v/(1 − {n(BETA2)}{power})) = {start}{factor(mean)}/√{n(square)}"
            )
        lines.append(f"{axis}: {text} = {n(after[i])}")
    return lines


def curvature_words(surface: str, start: Pair, mu: float = 0.9) -> str:
    """Say a surface's curvature, and the rates that it allows where it is the same everywhere.

    >>> curvature_words("ravine", (1, 1))
    'Curvature: λmin = 1, λmax = 20, condition number 20. Constant rates converge below 0.1 (SGD), 0.19 (Momentum), 0.06786 (Nesterov).'
    >>> curvature_words("saddle", (1, 0))
    'Curvature at the start: λmin = −1, λmax = 1: a saddle. It changes from place to place, so no rate is safe everywhere.'
    """
    ground = find(surface)
    low, high = eigenvalues(ground.hessian(*start))
    if ground.quadratic:
        rates = [limit(name, high, mu) for name in ("sgd", "momentum", "nesterov")]
        said = ", ".join(
            f"{n(one[0])} ({label})"
            for one, label in zip(rates, ("SGD", "Momentum", "Nesterov"), strict=True)
            if one
        )
        return f"Curvature: λmin = {n(low)}, λmax = {n(high)}, condition number {n(high / low)}. Constant rates converge below {said}."
    kind = ": a saddle" if low < 0 < high else ": falling away on all sides" if high <= 0 else ""
    return f"Curvature at the start: λmin = {n(low)}, λmax = {n(high)}{kind}. It changes from place to place, so no rate is safe everywhere."


def problem_words(surface: str, start: Pair) -> str | None:
    """Say that the start is off a surface's map, or None.

    >>> problem_words("bowl", (4, 0))
    'the start (4, 0) lies off the map, which goes from −3 to 3 and from −3 to 3: move it onto the map'
    """
    ground = find(surface)
    if ground.inside(*start):
        return None
    (left, right), (low, high) = ground.window
    d = decimal
    return (
        f"the start ({d(start[0])}, {d(start[1])}) lies off the map, which goes from {d(left)} to {d(right)} and from {d(low)} to {d(high)}: "
        "move it onto the map"
    )


def optimizer_line(name: str, rate: float, mu: float = 0.9, decay: float = 0.01) -> str:
    """Return the line of torch that makes a runner.

    >>> optimizer_line("nesterov", 0.02), optimizer_line("adamw", 0.2, decay=0.1)
    ('torch.optim.SGD(params, lr=0.02, momentum=0.9, nesterov=True)', 'torch.optim.AdamW(params, lr=0.2, weight_decay=0.1)')
    """
    assert name in OPTIMIZERS
    cls = {"rmsprop": "RMSprop", "adagrad": "Adagrad", "adam": "Adam", "adamw": "AdamW"}.get(name, "SGD")
    more = ""
    if (
        name in ("momentum", "nesterov") and mu
    ):  # torch refuses Nesterov's step without momentum; it is SGD's then
        more = f", momentum={show(mu)}" + (", nesterov=True" if name == "nesterov" else "")
    elif name == "adamw":
        more = f", weight_decay={show(decay)}"
    return f"torch.optim.{cls}(params, lr={show(rate)}{more})"


def schedule_line(schedule: str, steps: int, gamma: float = 0.9, every: int = 10) -> str:
    """Return the line of torch that makes a schedule, stepped once after every step of the optimizer; "" for none.

    >>> schedule_line("step", 80), schedule_line("constant", 80)
    ('lr_scheduler.StepLR(optimizer, step_size=10, gamma=0.9)', '')
    """
    warm = f"lr_scheduler.LinearLR(optimizer, start_factor=0.1, total_iters={every})"
    if schedule == "warmup_cosine" and every < steps:
        cosine = f"lr_scheduler.CosineAnnealingLR(optimizer, T_max={steps - every})"
        return f"lr_scheduler.SequentialLR(optimizer, [{warm}, {cosine}], milestones=[{every}])"
    return {
        "step": f"lr_scheduler.StepLR(optimizer, step_size={every}, gamma={show(gamma)})",
        "exponential": f"lr_scheduler.ExponentialLR(optimizer, gamma={show(gamma)})",
        "cosine": f"lr_scheduler.CosineAnnealingLR(optimizer, T_max={steps})",
        "inverse": f"lr_scheduler.LambdaLR(optimizer, lambda t: 1 / (1 + t / {every}))",
        "warmup": warm,
        "warmup_cosine": warm,
    }.get(schedule, "")
