"""The optimizer race's Python side: its steps against torch.optim, its words, states, stills and refusals."""

from __future__ import annotations

import json
import math
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.arithmetic.errors import SettingError, ShapeError
from course.widgets import OptimizerExplorer
from course.widgets import optimizers_model as model
from course.widgets import optimizers_words as words
from course.widgets.optimizers_surfaces import COUNT, MEAN, SAMPLES, SURFACES, batches, eigenvalues, outline
from course.widgets.significant import significant

SVG = "{http://www.w3.org/2000/svg}"
SPEC = OptimizerExplorer.SPEC
FORMULAS = {
    "bowl": lambda x, y: (x**2 + 2 * y**2) / 2,
    "ravine": lambda x, y: (x**2 + 20 * y**2) / 2,
    "turned": lambda x, y: (((x + y) ** 2) + 20 * (y - x) ** 2) / 4,
    "saddle": lambda x, y: x**2 / 2 - y**2 / 2 + y**4 / 4,
    "rosenbrock": lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2,
    "beale": lambda x, y: (1.5 - x + x * y) ** 2 + (2.25 - x + x * y**2) ** 2 + (2.625 - x + x * y**3) ** 2,
    "himmelblau": lambda x, y: (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2,
    "noisy": lambda x, y: sum((x - a) ** 2 + 4 * (y - b) ** 2 for a, b in SAMPLES) / (2 * COUNT),
}


@pytest.mark.parametrize("name", SURFACES)
def test_gradients_and_curvatures_are_autograds(name: str) -> None:
    torch = pytest.importorskip("torch")
    surface = SURFACES[name]
    for place in ((0.0, 0.0), (1.0, 1.0), (-2.5, 1.75), (3.0, -4.5), (0.3, 2.2)):
        at = torch.tensor(place, dtype=torch.float64, requires_grad=True)
        value = FORMULAS[name](at[0], at[1])
        (gradient,) = torch.autograd.grad(value, at)
        hessian = torch.autograd.functional.hessian(lambda p: FORMULAS[name](p[0], p[1]), at)
        assert surface.value(*place) == pytest.approx(value.item(), rel=1e-12, abs=1e-12)
        assert surface.gradient(*place) == pytest.approx(gradient.tolist(), rel=1e-12, abs=1e-12)
        assert surface.hessian(*place) == pytest.approx(
            hessian.flatten()[[0, 1, 3]].tolist(), rel=1e-12, abs=1e-10
        )
        assert eigenvalues(surface.hessian(*place)) == pytest.approx(
            torch.linalg.eigvalsh(hessian).tolist(), rel=1e-9, abs=1e-9
        )


@pytest.mark.parametrize("name", SURFACES)
def test_the_minima_are_minima_and_on_the_map(name: str) -> None:
    surface = SURFACES[name]
    for x, y in surface.minima:
        assert surface.inside(x, y)
        assert math.hypot(*surface.gradient(x, y)) < 1e-9
        assert eigenvalues(surface.hessian(x, y))[0] > 0
        assert surface.value(x, y) == pytest.approx(surface.least, abs=1e-12)
    assert surface.inside(*surface.facts["start"])
    lowest = min(
        surface.value(x / 20, y / 20)
        for x in range(-100, 101)
        for y in range(-100, 101)
        if surface.inside(x / 20, y / 20)
    )
    assert lowest >= surface.least - 1e-12


def test_contours_lie_at_their_level() -> None:
    for name, surface in SURFACES.items():
        for level in surface.levels[2:11:4]:
            segments = outline(name, level, 120)
            assert segments, (name, level)
            for a, b, c, d in segments[:: max(1, len(segments) // 50)]:
                slope = max(math.hypot(*surface.gradient(a, b)), math.hypot(*surface.gradient(c, d)), 1)
                assert abs(surface.value(a, b) - level) < 0.2 * slope, (name, level)
                assert math.hypot(a - c, b - d) < 0.2
    saddle = outline("saddle", -1e-9, 4)  # a square whose corners alternate: two segments that do not cross
    assert len(saddle) == len(set(saddle))


def test_mini_batches_use_every_sample_once_an_epoch() -> None:
    for size, count in ((1, 32), (4, 8), (5, 7), (32, 1)):
        one = batches(3, size, 3 * count)
        for epoch in range(3):
            part = one[epoch * count : (epoch + 1) * count]
            sizes = [min(size, COUNT - i * size) for i in range(count)]
            assert sum(s * a for s, (a, _) in zip(sizes, part, strict=True)) / COUNT == pytest.approx(
                MEAN[0], abs=1e-12
            )
            assert sum(s * b for s, (_, b) in zip(sizes, part, strict=True)) / COUNT == pytest.approx(
                MEAN[1], abs=1e-12
            )
        assert size == 32 or one[:count] != one[count : 2 * count], "an epoch is reshuffled"
    assert batches(3, 4, 20) != batches(4, 4, 20)


def torch_way(
    surface: str, start: Any, name: str, rate: float, steps: int, options: dict[str, Any]
) -> list[list[float]]:
    """Run torch's optimizer and scheduler, both made by the lines that the explorer prints, in double."""
    torch = pytest.importorskip("torch")
    place = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    names = {"torch": torch, "params": [place], "lr_scheduler": torch.optim.lr_scheduler}
    optimizer = eval(
        words.optimizer_line(name, rate, options.get("mu", 0.9), options.get("decay", 0.01)), names
    )
    line = words.schedule_line(
        options.get("schedule", "constant"), steps, options.get("gamma", 0.9), options.get("every", 10)
    )
    scheduler = eval(line, {**names, "optimizer": optimizer}) if line else None
    means = batches(options.get("seed", 0), options.get("batch", 4), steps)
    path = [place.tolist()]
    for t in range(steps):
        optimizer.zero_grad()
        x, y = place[0], place[1]
        loss = FORMULAS[surface](x, y)
        if surface == "noisy":  # the mean over a batch of ½((x − a)² + 4(y − b)²), but for a constant
            loss = ((x - means[t][0]) ** 2 + 4 * (y - means[t][1]) ** 2) / 2
        loss.backward()
        optimizer.step()
        if scheduler:
            scheduler.step()
        path.append(place.tolist())
    return path


@pytest.mark.parametrize("name", model.OPTIMIZERS)
@pytest.mark.parametrize("surface", SURFACES)
def test_steps_are_those_of_torch(name: str, surface: str) -> None:
    start, rate = SURFACES[surface].facts["start"], SURFACES[surface].facts["rates"][name]
    for options in ({}, {"mu": 0.5, "decay": 0.3}, {"mu": 0, "seed": 7, "batch": 5}):
        wanted = torch_way(surface, start, name, rate, 60, options)
        mine = model.run(surface, tuple(start), name, rate, 60, **options).path
        assert [list(place) for place in mine] == [
            pytest.approx(place, rel=1e-9, abs=1e-9) for place in wanted
        ]


@pytest.mark.parametrize("schedule", model.SCHEDULES)
def test_schedules_are_those_of_torch(schedule: str) -> None:
    for name in ("sgd", "adam", "adamw"):
        for steps, gamma, every in ((50, 0.8, 7), (20, 0.5, 20), (12, 1, 30)):
            options = {"schedule": schedule, "gamma": gamma, "every": every}
            wanted = torch_way("turned", (-2.5, -0.5), name, 0.05, steps, options)
            mine = model.run("turned", (-2.5, -0.5), name, 0.05, steps, **options).path
            assert [list(place) for place in mine] == [
                pytest.approx(place, rel=1e-9, abs=1e-9) for place in wanted
            ], options


@pytest.mark.parametrize("name", ["sgd", "momentum", "nesterov"])
def test_the_limit_is_where_a_bowl_stops_converging(name: str) -> None:
    for mu in (0.0, 0.5, 0.9):
        rate, _ = model.limit(name, 20, mu)  # type: ignore[misc]
        below, above = (
            model.run("ravine", (0, 0.5), name, rate * share, 500, mu=mu) for share in (0.98, 1.02)
        )
        assert below.losses[-1] < below.losses[0]
        assert above.losses[-1] > above.losses[0]


@pytest.mark.parametrize(
    ("explorer", "said"),
    [
        (OptimizerExplorer(sgd=0.11, runners=["sgd"]), "SGD left the map at step 4: the rate 0.11 is not below 2/λmax = 0.1. Lost at step 36."),
        (OptimizerExplorer(momentum=0.25, runners=["momentum"], steps=20), "Momentum left the map at step 1: the rate 0.25 is not below 2(1 + μ)/λmax = 0.19."),
        (OptimizerExplorer("rosenbrock", (-1.2, 1), ["sgd"], sgd=0.01), "is not below 2/λmax = 0.001328 with the curvature at the start"),
        (OptimizerExplorer(adam=5, runners=["adam"], step=1), "Adam left the map at step 1: its first step is 5 along each axis, whatever the gradient."),
        (OptimizerExplorer("bowl", (2, 2), ["rmsprop"], rmsprop=1, step=1), "its first step is 10 along each axis"),
        (OptimizerExplorer("saddle", (-1, 0), ["sgd"], sgd=0.2), "SGD is stuck on the saddle at (0, 0)"),
        (OptimizerExplorer("saddle", (0, 0.002), ["sgd"], sgd=0.0001, steps=1), "is on its way"),
        (OptimizerExplorer("himmelblau", (0, 0), ["sgd"], sgd=0.01), "SGD reached the minimum (3, 2) at step 15."),
        (OptimizerExplorer("himmelblau", (3, 2), ["sgd"], sgd=0.01), "SGD stays in the minimum (3, 2)."),
        (OptimizerExplorer("bowl", (1, 1), ["sgd"], step=0), "SGD is at the start."),
        (OptimizerExplorer("beale", (0, 1), ["adagrad"], adagrad=0.0001, steps=3), "stuck on the saddle"),
        (OptimizerExplorer("ravine", (0, 2), ["sgd"], sgd=0.1), "SGD gets no lower at (0, 2): loss 40, gradient 40, no less than at step 70; it overshoots."),
    ],
)  # fmt: skip
def test_verdicts(explorer: OptimizerExplorer, said: str) -> None:
    assert said in explorer.verdicts[explorer.runners[0]]


def test_a_maximum_and_flat_ground_are_named() -> None:
    way = model.run("himmelblau", (-0.27084459, -0.92303856), "sgd", 1e-5, 2)
    assert "stuck on the maximum at (−0.271, −0.923)" in model.verdict("sgd", "himmelblau", way, 2)
    flat = model.Run([(1, 1), (0.0, 1e-5)], [1, 0], [1, 0], [0.1], [(0, 0)], lost=False)
    assert "the saddle" in model.verdict("sgd", "saddle", flat, 1)
    level = model.Run([(1, 1), (0.1, 0.5773502691896258)], [1, 0], [1, 0], [0.1], [(0, 0)], lost=False)
    assert "flat ground" in model.verdict("sgd", "saddle", level, 1)  # where ∂²/∂y² = 3y² − 1 is 0


def test_noise_keeps_a_constant_rate_moving_and_a_falling_one_comes_to_rest() -> None:
    far = {}
    for schedule in ("constant", "inverse"):
        ways = [
            model.run("noisy", (-2.5, 2), "sgd", 0.2, 500, schedule, every=20, batch=1, seed=seed)
            for seed in range(8)
        ]
        far[schedule] = sum(math.dist(way.path[-1], MEAN) for way in ways) / 8
    assert far["inverse"] < far["constant"] / 2
    assert model.run("noisy", (-2.5, 2), "sgd", 0.2, 200, batch=32).losses[-1] == pytest.approx(
        SURFACES["noisy"].least, abs=1e-12
    )


def drawn(field: dict[str, Any]) -> Any:
    kind = field["type"]
    if kind == "choice":
        found = st.sampled_from([*field["options"]])
    elif kind == "tuple":
        found = st.tuples(*map(drawn, field["of"]))
    elif kind == "list":
        return st.lists(drawn(field["of"]), min_size=field["least"], max_size=field["most"])
    elif kind == "whole":
        found = st.integers(field["least"], min(field["most"], 150))
    else:
        found = st.floats(field["least"], field["most"]).map(lambda v: max(field["least"], round(v, 3)))
    return found | st.none() if field.get("optional") else found


@settings(max_examples=60, deadline=None)
@given(st.fixed_dictionaries({name: drawn(field) for name, field in SPEC["state"].items()}))
def test_any_state_survives_repr_json_and_both_fallbacks(arguments: dict[str, Any]) -> None:
    explorer = OptimizerExplorer(**arguments)
    again = eval(repr(explorer), {"OptimizerExplorer": OptimizerExplorer})
    assert again.state == explorer.state
    assert OptimizerExplorer.from_state(json.loads(json.dumps(explorer.state))).state == explorer.state
    said = explorer.description()
    assert ElementTree.fromstring(explorer.svg()).findtext(f"{SVG}desc") == said
    if explorer.problem:
        assert explorer.problem in said
        return
    assert set(explorer.race) == set(explorer.runners)
    for verdict in explorer.verdicts.values():
        assert verdict in said
    assert explorer.torch_line in said
    for way in explorer.race.values():
        k = min(explorer.now, len(way.path) - 1)
        x, y = way.path[k]
        assert (
            f"at ({significant(x)}, {significant(y)}), loss {significant(way.losses[k])}, gradient {significant(way.norms[k])}"
            in said
        )
        assert len(way.path) == explorer.steps + 1 or way.lost
        assert all(math.isfinite(v) for place in way.path for v in place)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"surface": "cliff"}, SettingError, "surface 'cliff' is not known: use one of bowl, ravine"),
        ({"start": (9, 0)}, SettingError, "start[0] must be at most 5 in the explorer, got 9"),
        ({"start": 1}, ShapeError, "start takes 2 values, got 1"),
        ({"runners": ["adam", "lbfgs"]}, SettingError, "runners[1] 'lbfgs' is not known"),
        ({"sgd": 0}, SettingError, "sgd must be at least 0.0001, got 0"),
        ({"adam": math.inf}, SettingError, "adam must be a finite number, got infinity"),
        ({"steps": 501}, SettingError, "steps must be at most 500"),
        ({"mu": 1}, SettingError, "mu must be at most 0.999 in the explorer, got 1"),
        ({"chosen": "lbfgs"}, SettingError, "chosen 'lbfgs' is not known"),
    ],
)
def test_errors_teach(arguments: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        OptimizerExplorer(**arguments)
    assert message in str(caught.value)


def test_a_start_off_the_map_is_explained_and_nobody_may_run() -> None:
    explorer = OptimizerExplorer("saddle", (3, 0))
    assert (
        explorer.problem
        == "the start (3, 0) lies off the map, which goes from −2 to 2 and from −2 to 2: move it onto the map"
    )
    assert explorer.problem in explorer.description()
    nobody = OptimizerExplorer(runners=[])
    assert nobody.active is None
    assert nobody.torch_line == ""
    assert "Nobody runs" in nobody.description()
    assert OptimizerExplorer(runners=["adam", "adam", "sgd"]).active == "sgd"
    with pytest.raises(SettingError, match="surface 'cliff' is not known"):
        OptimizerExplorer.on("cliff")


def test_the_usual_rates_bring_every_runner_on() -> None:
    """Every surface's usual rates lower the loss for everyone, and somebody reaches a minimum in 500 steps."""
    for name in SURFACES:
        explorer = OptimizerExplorer.on(name, runners=list(model.OPTIMIZERS), steps=500)
        for key, way in explorer.race.items():
            assert way.losses[-1] < way.losses[0], (name, key)
        assert any("reached the minimum" in verdict for verdict in explorer.verdicts.values()), name
