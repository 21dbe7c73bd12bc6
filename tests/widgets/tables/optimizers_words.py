"""Every update with its numbers, every line of torch, and what is said of curvature and start, from a fixed seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from course.widgets import optimizers_model as model
from course.widgets import optimizers_words as words
from course.widgets.optimizers_surfaces import SURFACES
from tests.widgets.tables.optimizers import draw

MODULE = "optimizers_words.js"
SEED = 3034


def cases() -> Iterator[dict[str, Any]]:
    rng = random.Random(SEED)

    def case(function: str, call: Any, *arguments: Any) -> dict[str, Any]:
        return {"function": function, "arguments": list(arguments), "result": call(*arguments)}

    for name in model.OPTIMIZERS:
        for _ in range(12):
            surface, start, rate, options = draw(rng, name)
            way = model.run(surface, start, name, rate, **options)
            step, settings = rng.randint(1, len(way.path) - 1), (options["mu"], options["decay"])
            yield {
                "function": "stepWords", "arguments": [name, asdict(way), step, *settings],
                "result": words.step_words(name, way, step, *settings),
            }  # fmt: skip
            yield case("optimizerLine", words.optimizer_line, name, rng.choice([0.1, 1, 0.003]), *settings)
    for surface in SURFACES:
        for start in ((0, 0), (1, 1), (-4.25, 2), (2.5, -4.75)):
            yield case("curvatureWords", words.curvature_words, surface, start, rng.choice([0, 0.9]))
            yield case("problemWords", words.problem_words, surface, start)
    for schedule in model.SCHEDULES:
        for steps, every in ((80, 10), (5, 10), (10, 10)):
            yield case("scheduleLine", words.schedule_line, schedule, steps, rng.choice([0.5, 0.9, 1]), every)
