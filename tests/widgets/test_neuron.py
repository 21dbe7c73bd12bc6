"""The neuron explorer's Python side: state, arithmetic against torch and linear programming, words, picture, errors."""

from __future__ import annotations

import contextlib
import io
import itertools
import json
import math
import random
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.arithmetic.errors import LayerError, SettingError, ShapeError
from course.widgets.explorer import load
from course.widgets.neuron import NeuronExplorer
from course.widgets.neuron_model import (
    LIMITS,
    best_error,
    boundary,
    descend,
    fitted,
    logistic,
    moved,
    neuron,
    point_loss,
    turned,
)

SVG = "{http://www.w3.org/2000/svg}"
PRESETS = load("neuron")["points"]


def numbers(most: float) -> Any:
    return st.floats(-most, most).map(lambda v: round(v, 3)) | st.sampled_from([0, 1, -1, most, -most])


POINTS = st.lists(st.tuples(numbers(2), numbers(2), st.integers(0, 1)), max_size=8)


@st.composite
def states(draw: Any) -> dict[str, Any]:
    return {
        "points": draw(st.sampled_from([*PRESETS]) | POINTS),
        "w1": draw(numbers(20)),
        "w2": draw(numbers(20)),
        "bias": draw(numbers(40)),
        "threshold": draw(st.sampled_from([0.01, 0.3, 0.5, 0.99])),
        "rate": draw(st.sampled_from([0.001, 0.5, 10])),
        "steps": draw(st.sampled_from([0, 12, 1000000])),
        "arrows": draw(st.booleans()),
        "pinned": draw(st.none() | st.integers(0, 59)),
    }


@settings(max_examples=120, deadline=None)
@given(states())
def test_any_state_survives_repr_json_and_both_fallbacks(arguments: dict[str, Any]) -> None:
    explorer = NeuronExplorer(**arguments)
    assert eval(repr(explorer), {"NeuronExplorer": NeuronExplorer}).state == explorer.state
    assert NeuronExplorer.from_state(json.loads(json.dumps(explorer.state))).state == explorer.state
    words = explorer.description()
    drawing = ElementTree.fromstring(explorer.svg())
    assert drawing.findtext(f"{SVG}desc") == words
    n = len(explorer.points)
    assert f"{n} points, {sum(p[2] for p in explorer.points)} of class 1" in words
    assert ("There are no points" in words) == (n == 0)
    assert ("there is no line" in words) == (explorer.w1 == explorer.w2 == 0)
    if n:
        assert (
            f"{explorer.wrong} of {n} are predicted wrongly; the best that any line can do is {explorer.best_error}"
            in words
        )
        assert len([line for line in words.splitlines() if line.startswith("point ")]) == n
    assert explorer.problem is None


def torch_says(program: str) -> list[Any]:
    """What a program for torch prints: a loss, then gradients."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(program, {})
    said: list[Any] = json.loads(printed.getvalue())
    return said


def flat(value: Any) -> list[float]:
    return [v for one in value for v in flat(one)] if isinstance(value, list) else [value]


@settings(max_examples=25, deadline=None)
@given(states())
def test_loss_and_gradient_are_those_of_the_torch_program_that_it_offers(arguments: dict[str, Any]) -> None:
    pytest.importorskip("torch")
    explorer = NeuronExplorer(**arguments)
    if not explorer.points:
        return
    ours = [explorer.loss, *explorer.gradient]
    assert flat(torch_says(explorer.torch_program)) == pytest.approx(ours, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("preset", PRESETS)
def test_each_point_and_the_step_are_those_of_torch(preset: str) -> None:
    torch = pytest.importorskip("torch")
    explorer = NeuronExplorer(preset, 1.5, -0.7, 0.2, rate=0.7)
    x = torch.tensor([p[:2] for p in explorer.points], dtype=torch.double)
    y = torch.tensor([p[2] for p in explorer.points], dtype=torch.double)
    module = eval(explorer.torch_line, {"nn": torch.nn}).double()
    with torch.no_grad():
        module[0].weight.copy_(torch.tensor([[1.5, -0.7]], dtype=torch.double))
        module[0].bias.copy_(torch.tensor([0.2], dtype=torch.double))
    passed = explorer.passed
    assert passed.p == pytest.approx(module(x)[:, 0].tolist(), rel=1e-12)
    losses = torch.nn.functional.binary_cross_entropy(module(x)[:, 0], y, reduction="none")
    assert passed.losses == pytest.approx(losses.tolist(), rel=1e-9)
    for i in range(len(y)):
        module.zero_grad()
        torch.nn.functional.binary_cross_entropy_with_logits(
            module[0](x[i : i + 1])[:, 0], y[i : i + 1]
        ).backward()
        own = [*module[0].weight.grad[0].tolist(), module[0].bias.grad.item()]
        assert passed.gradients[i] == pytest.approx(own, rel=1e-9, abs=1e-12)
    sgd = torch.optim.SGD(module.parameters(), lr=0.7)
    for _ in range(20):
        sgd.zero_grad()
        torch.nn.functional.binary_cross_entropy_with_logits(module[0](x)[:, 0], y).backward()
        sgd.step()
    explorer.step(20)
    assert explorer.steps == 20
    assert explorer.weights == pytest.approx([*module[0].weight[0].tolist(), module[0].bias.item()], rel=1e-9)


def test_the_loss_is_exact_where_the_logistic_rounds() -> None:
    torch = pytest.importorskip("torch")
    for z in (-900.0, -40.0, -1e-9, 0.0, 3.0, 40.0, 900.0):
        for y in (0, 1):
            wanted = torch.nn.functional.binary_cross_entropy_with_logits(
                torch.tensor(z, dtype=torch.double), torch.tensor(float(y), dtype=torch.double)
            )
            assert point_loss(z, y) == pytest.approx(wanted.item(), rel=1e-12)
        assert logistic(z) == pytest.approx(
            torch.sigmoid(torch.tensor(z, dtype=torch.double)).item(), rel=1e-12
        )


def separable(points: Any, labels: Any) -> bool:
    """Whether a line separates the labels, by linear programming."""
    optimize = pytest.importorskip("scipy.optimize")
    rows = [[-s * p[0], -s * p[1], -s] for p, s in zip(points, [2 * y - 1 for y in labels], strict=True)]
    return bool(optimize.linprog([0, 0, 0], rows, [-1] * len(rows), bounds=[(None, None)] * 3).success)


def test_the_best_error_is_that_of_trying_every_division_of_the_points() -> None:
    draw = random.Random(4)
    clouds = [
        [(draw.randint(-1, 2), draw.randint(-1, 2), draw.randint(0, 1)) for _ in range(n)]
        for n in (1, 3, 4, 5, 6, 6, 7)
    ]
    clouds += [[(round(draw.uniform(-2, 2), 2), round(draw.uniform(-2, 2), 2), i % 2) for i in range(6)]]
    clouds += [[(i / 10, i / 10, (i // 2) % 2) for i in range(6)]]
    for points in clouds:
        divisions = itertools.product((0, 1), repeat=len(points))
        wanted = min(
            sum(int(a != p[2]) for a, p in zip(labels, points, strict=True))
            for labels in divisions
            if separable(points, labels)
        )
        assert best_error(points) == wanted, points


def test_the_presets_are_what_their_names_say() -> None:
    best = {name: best_error(one["values"]) for name, one in PRESETS.items()}
    assert {name: best[name] for name in ("separable", "and", "or", "xor")} == {
        "separable": 0,
        "and": 0,
        "or": 0,
        "xor": 1,
    }
    assert best["overlapping"] > 0
    for name, rule in (("and", lambda a, b: a & b), ("or", lambda a, b: a | b), ("xor", lambda a, b: a ^ b)):
        assert sorted(PRESETS[name]["values"]) == [[a, b, rule(a, b)] for a in (0, 1) for b in (0, 1)]
    for name, one in PRESETS.items():
        assert sum(p[2] for p in one["values"]) in (1, 2, 3, len(one["values"]) // 2), name


@settings(max_examples=200, deadline=None)
@given(
    st.tuples(numbers(20), numbers(20), numbers(40)),
    st.tuples(numbers(2), numbers(2)),
    st.tuples(numbers(2), numbers(2)),
)
def test_a_moved_or_turned_line_runs_where_it_should(weights: Any, pivot: Any, target: Any) -> None:
    def off(w: Any, at: Any) -> float:
        return abs(w[0] * at[0] + w[1] * at[1] + w[2]) / (math.hypot(w[0], w[1]) or 1)

    if math.hypot(weights[0], weights[1]) < 1e-6:
        assert boundary((0, 0, weights[2])) is None
        return
    shifted = moved(weights, pivot)
    assert off(shifted, pivot) < 1e-9
    turned_ = turned(weights, pivot, target)
    if math.dist(pivot, target) > 1e-6:
        assert off(turned_, pivot) < 1e-9
        assert off(turned_, target) < 1e-9
        assert turned_[0] * weights[0] + turned_[1] * weights[1] >= -1e-9
    for one in (shifted, turned_, fitted([9 * v for v in weights])):
        assert all(abs(v) <= limit for v, limit in zip(one, LIMITS, strict=True))
    ends = boundary(weights)
    for end in ends or []:
        assert off(weights, end) < 1e-9
        assert all(abs(v) <= 2 + 1e-9 for v in end)
    corners = [weights[0] * x + weights[1] * y + weights[2] for x in (-2, 2) for y in (-2, 2)]
    if min(corners) < -1e-9 and max(corners) > 1e-9:
        assert ends is not None
    elif min(corners) > 1e-9 or max(corners) < -1e-9:
        assert ends is None


def test_descent_on_xor_ends_where_nothing_is_decided() -> None:
    points = PRESETS["xor"]["values"]
    weights = descend((3, -2, 1), points, 1, 3000)
    assert weights == pytest.approx([0, 0, 0], abs=1e-6)
    assert neuron(weights, points).loss == pytest.approx(math.log(2))


def test_a_step_out_of_bounds_is_explained_and_changes_nothing() -> None:
    explorer = NeuronExplorer([(2, 0, 1), (2, 0, 1)], w1=19.9, w2=0, bias=-40, rate=10)
    before = explorer.state
    with pytest.raises(
        SettingError, match=r"a step at rate 10 takes w₁ to .*, beyond the 20 .* lower the rate"
    ):
        explorer.step()
    assert explorer.state == before
    assert "The next step cannot be shown" in explorer.description()


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (
            {"points": "ring"},
            SettingError,
            "points 'ring' is not known: use numbers or one of separable, overlapping",
        ),
        ({"points": [(0, 0)]}, ShapeError, "points[0] takes 3 values, got a list of 2"),
        ({"points": [(0, 0, 2)]}, SettingError, "points[0][2] must be at most 1 in the explorer, got 2"),
        ({"points": [(0, 3, 1)]}, SettingError, "points[0][1] must be at most 2"),
        ({"points": [(0, 0, 1)] * 61}, ShapeError, "points takes 0 to 60 values, got 61"),
        ({"w1": float("nan")}, SettingError, "w1 must be a finite number, got not a number"),
        ({"bias": 41}, SettingError, "bias must be at most 40 in the explorer, got 41"),
        ({"threshold": 0}, SettingError, "threshold must be at least 0.01, got 0"),
        ({"rate": 0}, SettingError, "rate must be at least 0.001, got 0"),
        ({"pinned": -1}, SettingError, "pinned must be at least 0, got -1"),
    ],
)
def test_errors_teach(arguments: dict[str, Any], error: type[LayerError], words: str) -> None:
    with pytest.raises(error) as caught:
        NeuronExplorer(**arguments)
    assert words in str(caught.value)
    explorer = NeuronExplorer()
    (name, value), *_ = arguments.items()
    with pytest.raises(error):
        setattr(explorer, name, value)
    assert explorer.state == NeuronExplorer().state
