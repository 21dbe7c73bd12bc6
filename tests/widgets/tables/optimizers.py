"""Surfaces, schedules, whole runs of every optimizer and their verdicts, from a fixed seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from course.arithmetic.errors import LayerError
from course.widgets import optimizers_model as model
from course.widgets.optimizers_surfaces import SURFACES, eigenvalues, find, outline

MODULE = "optimizers_model.js"
SEED, RUNS = 3033, 36
# A rounding that differs in one language (only the cosine's can) would grow without bound in a chaotic run.
STEADY = ("bowl", "ravine", "turned", "noisy")


def look(surface: str, x: float, y: float) -> dict[str, Any]:
    ground = find(surface)
    return {
        "value": ground.value(x, y),
        "gradient": ground.gradient(x, y),
        "curvature": eigenvalues(ground.hessian(x, y)),
    }


def draw(rng: random.Random, name: str) -> tuple[str, tuple[float, float], float, dict[str, Any]]:
    surface = rng.choice(list(SURFACES))
    window = find(surface).window
    start = (round(rng.uniform(*window[0]), 2), round(rng.uniform(*window[1]), 2))
    if rng.random() < 0.2:
        start = tuple(rng.choice([find(surface).facts["start"], find(surface).minima[0], (0, 0)]))
    usual = find(surface).facts["rates"][name]
    schedules = (
        model.SCHEDULES if surface in STEADY else ("constant", "step", "exponential", "inverse", "warmup")
    )
    options = {
        "steps": rng.choice([1, 12, 40, 90]), "schedule": rng.choice(schedules), "gamma": rng.choice([0.5, 0.9, 1]), "every": rng.choice([1, 5, 10, 60]),
        "mu": rng.choice([0, 0.5, 0.9, 0.95]), "decay": rng.choice([0, 0.01, 0.5]), "batch": rng.choice([1, 4, 5, 32]), "seed": rng.randint(0, 999),
    }  # fmt: skip
    return surface, start, usual * rng.choice([1, 1, 0.1, 3, 30]), options


def cases() -> Iterator[dict[str, Any]]:
    rng = random.Random(SEED)
    for surface in SURFACES:
        for x, y in (
            (0, 0),
            (1, 1),
            (3, 0.5),
            (-2.25, 1.5),
            (round(rng.uniform(-5, 5), 3), round(rng.uniform(-5, 5), 3)),
        ):
            yield {"function": "look", "arguments": [surface, x, y], "result": look(surface, x, y)}
        for level in (0, 5, 11):
            segments = outline(surface, find(surface).levels[level], 9)
            yield {"function": "contour", "arguments": [surface, level, 9], "result": segments}
    for schedule in (*model.SCHEDULES, "one-cycle"):
        for steps, gamma, every in ((1, 0.9, 10), (40, 0.5, 7), (12, 1, 1), (10, 0.9, 10), (10, 0.3, 30)):
            case = {"function": "factors", "arguments": [schedule, steps, gamma, every]}
            try:
                yield {**case, "result": model.factors(schedule, steps, gamma, every)}
            except LayerError as error:
                yield {**case, "refused": str(error)}
    yield {"function": "run", "arguments": ["cliff", [0, 0], "sgd", 0.1, {"steps": 2}], "refused": refusal()}
    for name in model.OPTIMIZERS:
        yield {"function": "limit", "arguments": [name, 20, 0.8], "result": model.limit(name, 20, 0.8)}
        for i in range(RUNS):
            surface, start, rate, options = draw(rng, name)
            way = model.run(surface, start, name, rate, **options)
            plain = asdict(way)
            # Whole runs for some; of the others the end, which holds all that came before it.
            if i < 9:
                yield {"function": "run", "arguments": [surface, start, name, rate, options], "result": plain}
            step = rng.choice([0, 1, options["steps"], options["steps"], options["steps"] // 2])
            words = model.verdict(name, surface, way, step, options["mu"])
            yield {
                "function": "verdict",
                "arguments": [name, surface, plain, step, options["mu"]],
                "result": words,
            }


def refusal() -> str:
    try:
        find("cliff")
    except LayerError as error:
        return str(error)
    raise AssertionError("a surface that does not exist was found")
