"""The activations explorer's Python side: its numbers against torch, its words, states, stills and refusals."""

from __future__ import annotations

import json
import math
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.arithmetic.errors import SettingError, ShapeError
from course.widgets import ActivationExplorer
from course.widgets import activations_model as model
from course.widgets import activations_words as words
from course.widgets.significant import significant

SVG = "{http://www.w3.org/2000/svg}"
PLACES = [0.0, -0.75, 0.5, -1.3, 2.0, -4.5, 7.0, -9.0, 10.0, 19.5, 25.0]
STATE = ActivationExplorer.SPEC["state"]


def torch_function(kind: str, slope: float, alpha: float) -> Any:
    torch = pytest.importorskip("torch")
    f = torch.nn.functional
    return {
        "identity": lambda z: z, "sigmoid": torch.sigmoid, "tanh": torch.tanh, "arctan": torch.atan, "relu": f.relu,
        "leaky_relu": lambda z: f.leaky_relu(z, slope), "elu": lambda z: f.elu(z, alpha), "selu": f.selu, "gelu": f.gelu, "silu": f.silu,
        "softplus": f.softplus, "step": lambda z: (z > 0).double() + 0 * z,
    }[kind]  # fmt: skip


@pytest.mark.parametrize("kind", model.ACTIVATIONS)
@pytest.mark.parametrize(("slope", "alpha"), [(0.01, 1.0), (0.3, 2.5), (0.0, 0.4)])
def test_values_and_slopes_are_those_of_torch_at_kinks_too(kind: str, slope: float, alpha: float) -> None:
    torch = pytest.importorskip("torch")
    f = torch_function(kind, slope, alpha)
    for place in PLACES:
        z = torch.tensor(place, dtype=torch.float64, requires_grad=True)
        value = f(z)
        value.backward()
        # torch's own tails cancel (1 − tanh², 1 + erf): hence the absolute part.
        assert model.activate(kind, place, slope, alpha) == pytest.approx(
            value.item(), rel=1e-9, abs=1e-15
        ), place
        assert model.derivative(kind, place, slope, alpha) == pytest.approx(
            z.grad.item(), rel=1e-9, abs=1e-15
        ), place


@pytest.mark.parametrize("kind", model.ACTIVATIONS)
def test_the_tails_are_where_the_slope_is_small_and_stays_so(kind: str) -> None:
    for slope, alpha in ((0.01, 1.0), (0.2, 3.0), (0.0, 0.0)):
        limit = model.SATURATED * model.steepest(kind, slope, alpha)
        scan = [i / 100 for i in range(-4000, 4001)]
        slopes = {z: abs(model.derivative(kind, z, slope, alpha)) for z in scan}
        assert max(slopes.values()) <= model.steepest(kind, slope, alpha) * (1 + 1e-9)
        assert max(slopes.values()) >= model.steepest(kind, slope, alpha) * 0.999
        for side, end in zip((-1, 1), model.tails(kind, slope, alpha), strict=True):
            if end is None:
                assert slopes[side * 40.0] >= limit
            elif limit:
                assert all(slopes[z] < limit for z in scan if side * z > side * end + 0.01)
                assert abs(model.derivative(kind, end - side * 1e-6, slope, alpha)) >= limit


def test_the_slope_of_the_sigmoid_is_the_right_one_of_the_two() -> None:
    for z in PLACES:
        s, power = model.sigmoid(z), math.exp(-z)
        assert model.derivative("sigmoid", z) == pytest.approx(power / (1 + power) ** 2, rel=1e-12)
        assert model.derivative("sigmoid", z) == pytest.approx(s * (1 - s), rel=1e-6)
        assert 0 < model.derivative("sigmoid", z) <= 0.25
        assert model.derivative("sigmoid", z) != pytest.approx(-power / (1 + power), rel=1e-3)
    assert "not −e^−z/(1 + e^−z)" in words.activation_words("sigmoid", 1)["note"]


@pytest.mark.parametrize("kind", [k for k in model.ACTIVATIONS if k != "step"])
def test_a_chain_is_autograds(kind: str) -> None:
    torch = pytest.importorskip("torch")
    f = torch_function(kind, 0.01, 1.0)
    for z, depth, weight, bias in (
        (0.7, 1, 2.0, 0.0),
        (-1.2, 6, 1.5, 0.3),
        (2.0, 12, -0.8, -0.5),
        (0.0, 5, 0.0, 1.0),
    ):
        zs = [torch.tensor(z, dtype=torch.float64, requires_grad=True)]
        for _ in range(depth - 1):
            zs.append(weight * f(zs[-1]) + bias)
            zs[-1].retain_grad()
        f(zs[-1]).backward()
        layers = model.chain(kind, z, depth, weight, bias)
        assert [layer.z for layer in layers] == pytest.approx([one.item() for one in zs], rel=1e-9)
        assert [layer.gradient for layer in layers] == pytest.approx(
            [one.grad.item() for one in zs], rel=1e-9, abs=1e-300
        )


def test_losses_are_those_of_torch() -> None:
    torch = pytest.importorskip("torch")
    f = torch.nn.functional
    for y in (0.0, 1.0, 0.3):
        for place in (*PLACES[:9], y):
            for delta in (0.5, 1.0, 3.0):
                calls = {
                    "mse": f.mse_loss, "mae": f.l1_loss, "huber": lambda a, b, d=delta: f.huber_loss(a, b, delta=d),
                    "bce": f.binary_cross_entropy_with_logits, "sigmoid_mse": lambda a, b: f.mse_loss(torch.sigmoid(a), b),
                }  # fmt: skip
                for kind, call in calls.items():
                    z = torch.tensor(place, dtype=torch.float64, requires_grad=True)
                    value = call(z, torch.tensor(y, dtype=torch.float64))
                    value.backward()
                    assert model.loss(kind, place, y, delta) == pytest.approx(
                        (value.item(), z.grad.item()), rel=1e-9, abs=1e-12
                    )


def test_cross_entropy_is_that_of_torch() -> None:
    torch = pytest.importorskip("torch")
    for logits, label in (([2, 1, 0], 0), ([20, -20], 1), ([20, -20, 3], 0), ([0.5] * 6, 5), ([-3, 4.5], 1)):
        z = torch.tensor(logits, dtype=torch.float64, requires_grad=True)
        value = torch.nn.functional.cross_entropy(z, torch.tensor(label))
        value.backward()
        mine, gradient = model.cross_entropy(logits, label)
        assert mine == pytest.approx(value.item(), rel=1e-9, abs=1e-15)
        assert gradient == pytest.approx(z.grad.tolist(), rel=1e-9, abs=1e-15)
        assert sum(gradient) == pytest.approx(0, abs=1e-12)
        assert model.softmax(logits) == pytest.approx(torch.softmax(z, 0).tolist(), rel=1e-9)


def test_the_lines_of_torch_compute_what_is_shown() -> None:
    torch = pytest.importorskip("torch")
    names = {"torch": torch, "nn": torch.nn, "F": torch.nn.functional}
    for kind in model.ACTIVATIONS:
        explorer = ActivationExplorer(kind, z=-1.3, slope=0.2, alpha=1.7)
        z = torch.tensor(-1.3, dtype=torch.float64)
        found = eval(explorer.torch_line, {**names, "z": z})
        assert (found if torch.is_tensor(found) else found(z)).item() == pytest.approx(
            explorer.value, rel=1e-6
        )
    for kind in model.LOSSES:
        explorer = ActivationExplorer(view="loss", loss=kind, z=-2.5, target=1, delta=0.7)
        z, y = torch.tensor([-2.5], dtype=torch.float64), torch.tensor([1.0], dtype=torch.float64)
        found = eval(explorer.torch_line, {**names, "z": z, "y": y})
        assert (found if torch.is_tensor(found) else found(z, y)).item() == pytest.approx(
            explorer.loss_value[0], rel=1e-6
        )
    explorer = ActivationExplorer(view="softmax", logits=[1, -2.5, 3, 0], label=3)
    assert eval(explorer.torch_line, names).item() == pytest.approx(explorer.cross_entropy[0], rel=1e-6)


def drawn(field: dict[str, Any]) -> Any:
    kind = field["type"]
    if kind == "choice":
        return st.sampled_from([*field["options"]])
    if kind == "list":
        return st.lists(drawn(field["of"]), min_size=field["least"], max_size=field["most"])
    if kind == "whole":
        found = st.integers(field["least"], field["most"])
    else:
        found = st.floats(field["least"], field["most"]).map(lambda v: round(v, 2)) | st.sampled_from(
            [field["least"], field["most"]]
        )
    return found | st.none() if field.get("optional") else found


@settings(max_examples=120, deadline=None)
@given(st.fixed_dictionaries({name: drawn(field) for name, field in STATE.items()}))
def test_any_state_survives_repr_json_and_both_fallbacks(arguments: dict[str, Any]) -> None:
    explorer = ActivationExplorer(**arguments)
    again = eval(repr(explorer), {"ActivationExplorer": ActivationExplorer})
    assert again.state == explorer.state
    assert ActivationExplorer.from_state(json.loads(json.dumps(explorer.state))).state == explorer.state
    said = explorer.description()
    assert ElementTree.fromstring(explorer.svg()).findtext(f"{SVG}desc") == said
    if explorer.problem:
        assert explorer.problem in said
        return
    assert explorer.torch_line in said
    if explorer.view == "function":
        assert f"= {significant(explorer.value)}\n" in said
        assert f"= {significant(explorer.derivative)}" in said
    elif explorer.view == "chain":
        assert f"{significant(explorer.gradient)} comes back to layer 1" in said
        assert sum(line.startswith("layer ") for line in said.splitlines()) == explorer.depth
    elif explorer.view == "loss":
        assert all(f"= {significant(v)}" in said for v in explorer.loss_value)
    else:
        assert all(f"probability {significant(p)}" in said for p in explorer.probabilities)


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (
            {"activation": "maxout"},
            SettingError,
            "activation 'maxout' is not known: use one of identity, step, sigmoid",
        ),
        ({"z": 11}, SettingError, "z must be at most 10 in the explorer, got 11"),
        ({"z": math.nan}, SettingError, "z must be a finite number, got not a number"),
        ({"depth": 0}, SettingError, "depth must be at least 1, got 0"),
        ({"depth": 2.5}, SettingError, "depth must be a whole number, got 2.5"),
        ({"logits": [1]}, ShapeError, "logits takes 2 to 6 values, got 1"),
        ({"logits": "many"}, SettingError, "logits 'many' is not known: use numbers or one of three, even"),
        ({"logits": [1, 30]}, SettingError, "logits[1] must be at most 20"),
        ({"layer": 51}, SettingError, "layer must be at most 50"),
    ],
)
def test_errors_teach(arguments: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error) as caught:
        ActivationExplorer(**arguments)
    assert message in str(caught.value)


def test_states_that_cannot_be_computed_are_explained() -> None:
    explorer = ActivationExplorer(view="softmax", label=4)
    assert explorer.problem == "class 4 does not exist: 3 logits are classes 0 to 2"
    explorer.logits = "digits"
    assert explorer.problem is None
    assert ActivationExplorer(view="loss", loss="huber", target=-4).problem is None
    assert ActivationExplorer(view="function", target=-4).problem is None


def test_arrays_and_presets_are_taken_and_printed_back() -> None:
    numpy = pytest.importorskip("numpy")
    assert ActivationExplorer(logits=numpy.array([0.0, 2.5])).logits == [0, 2.5]
    assert (
        repr(ActivationExplorer("relu", "softmax", logits="sure"))
        == "ActivationExplorer(activation='relu', view='softmax', logits='sure')"
    )
