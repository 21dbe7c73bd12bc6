"""The hidden-layer explorer's Python side: state, arithmetic against torch and scikit-image, words, picture, errors."""

from __future__ import annotations

import json
import math
import random
import re
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.arithmetic.errors import LayerError, SettingError, ShapeError
from course.widgets import hidden_layer_model as model
from course.widgets.explorer import load
from course.widgets.hidden_layer import HiddenLayerExplorer
from course.widgets.neuron_model import best_error, neuron, spelled
from tests.widgets.test_neuron import POINTS, SVG, flat, numbers, torch_says

SPEC = load("hidden_layer")
ROW = (("w", "₁"), ("w", "₂"), ("b", ""), ("v", ""))


@st.composite
def states(draw: Any) -> dict[str, Any]:
    row = st.tuples(*[numbers(4) | st.sampled_from([50, -50])] * 4)
    return {
        "points": draw(st.sampled_from([*SPEC["points"]]) | POINTS),
        "units": draw(st.sampled_from([*SPEC["units"]]) | st.lists(row, min_size=1, max_size=8)),
        "bias": draw(numbers(50)),
        "activation": draw(st.sampled_from(model.ACTIVATIONS)),
        "rate": draw(st.sampled_from([0.001, 0.5, 10])),
        "steps": draw(st.sampled_from([0, 7, 1000000])),
        "seed": draw(st.integers(0, 9999)),
        "across": draw(st.integers(0, 7)),
        "up": draw(st.integers(0, 7)),
        "pinned": draw(st.none() | st.integers(0, 59)),
        "parameter": draw(st.none() | st.integers(0, 32)),
    }


@settings(max_examples=60, deadline=None)
@given(states())
def test_any_state_survives_repr_json_and_both_fallbacks(arguments: dict[str, Any]) -> None:
    explorer = HiddenLayerExplorer(**arguments)
    assert eval(repr(explorer), {"HiddenLayerExplorer": HiddenLayerExplorer}).state == explorer.state
    assert HiddenLayerExplorer.from_state(json.loads(json.dumps(explorer.state))).state == explorer.state
    words = explorer.description()
    drawing = ElementTree.fromstring(explorer.svg())
    assert drawing.findtext(f"{SVG}desc") == words
    n = len(explorer.points)
    assert ("There are no points" in words) == (n == 0)
    assert ("Without a nonlinearity" in words) == (explorer.activation == "identity")
    twins = len({tuple(unit) for unit in explorer.units}) < len(explorer.units)
    assert ("have the same gradient" in words) == twins
    if n:
        assert f"{explorer.wrong} of {n} on the wrong side" in words
        passed = explorer.passed
        names = [f"{name}{model.SUBSCRIPTS[k]}{j}" for k in range(len(explorer.units)) for name, j in ROW]
        values = [*(g for row in passed.gradient or [] for g in row), passed.output_gradient]
        for name, value in zip([*names, "c"], values, strict=True):
            assert re.search(rf"∂L/∂{name} = {re.escape(spelled(value))}(,|\n)", words), name
    assert explorer.torch_line in words


@settings(max_examples=40, deadline=None)
@given(states())
def test_loss_and_every_derivative_are_those_of_the_torch_program_that_it_offers(
    arguments: dict[str, Any],
) -> None:
    pytest.importorskip("torch")
    explorer = HiddenLayerExplorer(**arguments)
    if not explorer.points:
        return
    passed = explorer.passed
    assert passed.gradient is not None
    w = [v for row in passed.gradient for v in row[:2]]
    ours = [
        passed.loss,
        *w,
        *(row[2] for row in passed.gradient),
        *(row[3] for row in passed.gradient),
        passed.output_gradient,
    ]
    assert flat(torch_says(explorer.torch_program)) == pytest.approx(ours, rel=1e-9, abs=1e-11)


@pytest.mark.parametrize("activation", model.ACTIVATIONS)
def test_outputs_and_steps_are_those_of_torch(activation: str) -> None:
    torch = pytest.importorskip("torch")
    units, bias = model.initial(5, 3)
    explorer = HiddenLayerExplorer("moons", units, bias, activation, rate=0.4)
    net = eval(explorer.torch_line, {"nn": torch.nn}).double()
    with torch.no_grad():
        net[0].weight.copy_(torch.tensor([u[:2] for u in units], dtype=torch.double))
        net[0].bias.copy_(torch.tensor([u[2] for u in units], dtype=torch.double))
        net[2].weight.copy_(torch.tensor([[u[3] for u in units]], dtype=torch.double))
        net[2].bias.copy_(torch.tensor([bias], dtype=torch.double))
    x = torch.tensor([p[:2] for p in explorer.points], dtype=torch.double)
    y = torch.tensor([p[2] for p in explorer.points], dtype=torch.double)
    assert explorer.passed.p == pytest.approx(net(x)[:, 0].tolist(), rel=1e-12)
    assert flat(explorer.passed.h) == pytest.approx(flat(net[:2](x).tolist()), rel=1e-12)
    sgd = torch.optim.SGD(net.parameters(), lr=0.4)
    for _ in range(30):
        sgd.zero_grad()
        torch.nn.functional.binary_cross_entropy_with_logits(net[:3](x)[:, 0], y).backward()
        sgd.step()
    explorer.step(30)
    assert [u[:2] for u in map(list, explorer.units)] == [
        pytest.approx(row, rel=1e-8) for row in net[0].weight.tolist()
    ]
    assert [u[3] for u in explorer.units] == pytest.approx(net[2].weight[0].tolist(), rel=1e-8)
    assert explorer.bias == pytest.approx(net[2].bias.item(), rel=1e-8)


@pytest.mark.parametrize("activation", model.ACTIVATIONS)
def test_activations_and_slopes_are_those_of_torch(activation: str) -> None:
    torch = pytest.importorskip("torch")
    function = {"identity": lambda v: v * 1}.get(activation) or getattr(torch, activation)
    for a in (-30.0, -1.0, 0.0, 0.2, 30.0):
        x = torch.tensor(a, dtype=torch.double, requires_grad=True)
        y = function(x)
        y.backward()
        assert model.activate(activation, a) == pytest.approx(y.item(), rel=1e-12)
        assert model.slope(activation, a) == pytest.approx(x.grad.item(), rel=1e-9, abs=1e-14)


def test_without_a_nonlinearity_the_layers_are_one_neuron() -> None:
    for seed in range(5):
        units, bias = model.initial(6, seed)
        points = SPEC["points"]["moons"]["values"]
        one = neuron(model.collapsed(units, bias), points)
        both = model.layer(units, bias, "identity", points)
        assert both.z == pytest.approx(one.z, rel=1e-9)
        assert both.loss == pytest.approx(one.loss, rel=1e-9)


def test_units_that_start_alike_stay_alike_and_others_do_not() -> None:
    explorer = HiddenLayerExplorer("moons", "zeros", rate=2)
    explorer.step(200)
    assert explorer.units[0] == explorer.units[3]
    assert "Hidden units 1, 2, 3 and 4 have the same weights" in explorer.description()
    one_unit = HiddenLayerExplorer("moons", [explorer.units[0]], explorer.bias)
    one_unit.units = [(*explorer.units[0][:3], 4 * explorer.units[0][3])]
    assert one_unit.passed.z == pytest.approx(explorer.passed.z)
    explorer.start(seed=1)
    explorer.step(50)
    assert len(set(explorer.units)) == 4
    assert explorer.steps == 50
    assert "have the same weights" not in explorer.description()


def test_zeros_with_relu_move_nothing_but_c() -> None:
    explorer = HiddenLayerExplorer("circles", "zeros", activation="relu")
    explorer.step(10)
    assert set(explorer.units) == {(0, 0, 0, 0)}
    share = sum(p[2] for p in explorer.points) / len(explorer.points)
    assert explorer.bias < 0
    explorer.step(2000)
    assert explorer.bias == pytest.approx(math.log(share / (1 - share)), abs=1e-6)
    assert "units 1, 2, 3 and 4 (ReLU of a sum that is never above 0)" in explorer.description()


def test_the_presets_are_beyond_a_line_and_within_a_layer() -> None:
    for name, one in SPEC["points"].items():
        assert best_error(one["values"]) > 0, name
        solved = []
        for seed in range(3):
            explorer = HiddenLayerExplorer(name, activation="tanh")
            explorer.start(seed=seed, count=6)
            explorer.step(600)
            solved.append(explorer.wrong == 0)
        assert any(solved), name
    assert HiddenLayerExplorer().wrong == 0
    assert HiddenLayerExplorer("xor", "gates").wrong == 0


def test_a_start_follows_the_law_of_nn_linear() -> None:
    drawn = [model.initial(8, seed) for seed in range(300)]
    first = [v for units, _ in drawn for unit in units for v in unit[:3]]
    second = [unit[3] for units, _ in drawn for unit in units] + [bias for _, bias in drawn]
    for values, bound in ((first, 1 / math.sqrt(2)), (second, 1 / math.sqrt(8))):
        assert max(map(abs, values)) <= bound
        assert sum(values) / len(values) == pytest.approx(0, abs=0.03 * bound)
        assert sum(v * v for v in values) / len(values) == pytest.approx(bound**2 / 3, rel=0.05)


def test_the_generator_is_mulberry32() -> None:
    # Values of the published JavaScript of Tommy Ettinger's mulberry32 for seed 1.
    assert model.random(1, 2) == pytest.approx([0.6270739405881613, 0.002735721180215478], rel=1e-12)


def test_contours_cross_where_those_of_scikit_image_do() -> None:
    measure = pytest.importorskip("skimage.measure")
    numpy = pytest.importorskip("numpy")
    draw = random.Random(6)
    for n in (2, 3, 5, 9):
        grid = [[draw.uniform(-1, 1) for _ in range(n)] for _ in range(n)]
        pieces = model.contour(grid, 0.1)
        ours = {tuple(round(v, 9) for v in end) for piece in pieces for end in (piece[:2], piece[2:])}
        curves = measure.find_contours(numpy.array(grid), 0.1)
        theirs = {(round(float(x), 9), round(float(y), 9)) for curve in curves for y, x in curve}
        assert ours == theirs
        assert len(pieces) == sum(len(curve) - 1 for curve in curves)


def test_a_saddle_is_joined_by_its_middle() -> None:
    assert sorted(model.contour([[3, -1], [-1, 1]])) == [[0.5, 1.0, 0.0, 0.75], [0.75, 0.0, 1.0, 0.5]]
    assert sorted(model.contour([[1, -3], [-1, 1]])) == [[0.0, 0.5, 0.25, 0.0], [1.0, 0.75, 0.5, 1.0]]


def test_the_line_in_the_hidden_plane_is_where_the_output_is_a_half() -> None:
    units, bias = model.initial(5, 9)
    h = model.hidden(units, "tanh", (0.4, -1.2))
    line, added = model.output_line(units, bias, 1, 3, h)
    z = model.layer(units, bias, "tanh", [(0.4, -1.2, 1)]).z[0]
    assert line[0] * h[1] + line[1] * h[3] + line[2] == pytest.approx(z)
    assert [k for k, _ in added] == [0, 2, 4]


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"units": []}, ShapeError, "units takes 1 to 8 values, got 0"),
        ({"units": [(0, 0, 0, 0)] * 9}, ShapeError, "units takes 1 to 8 values, got 9"),
        ({"units": [(0, 0, 0)]}, ShapeError, "units[0] takes 4 values, got a list of 3"),
        ({"units": [(0, 0, 0, 51)]}, SettingError, "units[0][3] must be at most 50 in the explorer, got 51"),
        (
            {"units": "two"},
            SettingError,
            "units 'two' is not known: use numbers or one of discriminants, gates, zeros",
        ),
        ({"bias": float("inf")}, SettingError, "bias must be a finite number, got infinity"),
        (
            {"activation": "elu"},
            SettingError,
            "activation 'elu' is not known: use one of sigmoid, tanh, relu, identity",
        ),
        ({"seed": 0.5}, SettingError, "seed must be a whole number, got 0.5"),
        ({"across": 8}, SettingError, "across must be at most 7 in the explorer, got 8"),
        ({"parameter": 33}, SettingError, "parameter must be at most 32 in the explorer, got 33"),
    ],
)
def test_errors_teach(arguments: dict[str, Any], error: type[LayerError], words: str) -> None:
    with pytest.raises(error) as caught:
        HiddenLayerExplorer(**arguments)
    assert words in str(caught.value)


def test_a_step_out_of_bounds_is_explained_and_changes_nothing() -> None:
    explorer = HiddenLayerExplorer([(2, 0, 0)], [(30, 0, 0, 30)], 0, "identity", rate=10)
    before = explorer.state
    with pytest.raises(
        SettingError, match=r"a step at rate 10 takes w₁ of hidden unit 1 to .*, beyond the 50"
    ):
        explorer.step()
    assert explorer.state == before
