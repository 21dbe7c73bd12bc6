"""The receptive field explorer's Python side: nets against the models, cones and effective fields against torch."""

from __future__ import annotations

import importlib.util
import random
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.arithmetic import LayerError, SettingError, parse
from course.widgets import ReceptiveFieldExplorer
from course.widgets.receptive_field_effective import MAPS, curve, mixers, mulberry, shape_of
from course.widgets.receptive_field_model import cone
from course.widgets.receptive_field_reading import report_of
from tests.widgets.tables import receptive_field as table

torch = pytest.importorskip("torch")
nn, F = torch.nn, torch.nn.functional
HERE = Path(__file__).parent


def maker() -> Any:
    spec = importlib.util.spec_from_file_location(
        "make_receptive_field_nets", HERE / "make_receptive_field_nets.py"
    )
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MAKER = maker()


def test_the_nets_are_what_the_models_make() -> None:
    assert MAKER.text() == MAKER.FILE.read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "model", "size"), [(n, m, s) for n, _, m, s in MAKER.MODELS])
def test_every_layer_of_a_model_has_its_field_in_the_explorers_net(
    name: str, model: str, size: tuple[int, ...] | None
) -> None:
    card = MAKER.card_of(model, size)
    _, stands = MAKER.skeleton(card)
    report = ReceptiveFieldExplorer(name).report
    compared = 0
    for row in card.rows:
        if stands.get(row.name, "input") == "input":
            continue
        field = report[stands[row.name]].field
        assert (field.size, field.jump, field.start, field.phases) == (
            row.field.size, row.field.jump, row.field.start, row.field.phases,
        ), row.name  # fmt: skip
        compared += 1
    assert compared >= len(report.rows)


def test_sizes_that_papers_and_surveys_print() -> None:
    """VGG-16 and ResNet-50: table 1 of Araujo, Norris & Sim 2019; DnCNN: Zhang et al. 2017; 3×3 stacks: Simonyan & Zisserman."""
    found = {
        name: ReceptiveFieldExplorer(name).field
        for name in ("vgg16", "resnet50", "dncnn", "three", "strided")
    }
    assert {name: field.size[0] for name, field in found.items()} == {
        "vgg16": 212, "resnet50": 483, "dncnn": 35, "three": 7, "strided": 15,
    }  # fmt: skip
    assert found["vgg16"].jump == found["resnet50"].jump == (32, 32)


def run(report: Any, x: Any) -> dict[str, Any]:
    """Return every node's output, of layers as their lines of torch make them: all weights positive, maxima taken as means."""
    values = {"input": x}
    for row in report.rows:
        inputs = [values[name] for name in row.inputs]
        if row.layer.is_join:
            values[row.name] = sum(inputs) if row.layer.word == "add" else torch.cat(inputs, 1)
            continue
        line = row.layer.torch_line(row.input_shapes[0]).replace("MaxPool", "AvgPool")
        made = eval(line, {"nn": nn, "F": F, "x": inputs[0]})
        if isinstance(made, nn.Module):
            made = made.double()
            for p in made.parameters():
                nn.init.ones_(p)
            made = made(inputs[0]) if not isinstance(made, nn.BatchNorm2d | nn.ReLU) else inputs[0]
        values[row.name] = made
    return values


def gradient(report: Any, node: str, unit: list[int]) -> Any:
    x = torch.rand(1, *report.input_shape, dtype=torch.float64, requires_grad=True)
    y = run(report, x)[node]
    (found,) = torch.autograd.grad(y[0, :, unit[0], unit[1]].sum(), x)
    return found[0].abs().sum(0)


def random_reports(count: int, seed: int) -> list[Any]:
    rng, found = random.Random(seed), []
    while len(found) < count:
        text, _ = table.chain(rng, 3)
        if "d2)" in text and "pool(" in text:  # torch's average pooling has no dilation
            continue
        try:
            found.append(report_of(text, 3, (rng.randint(6, 14), rng.randint(6, 14))))
        except LayerError:
            continue
    return found


def test_the_cone_is_where_torch_has_a_gradient() -> None:
    rng = random.Random(3)
    reached = 0
    for report in random_reports(90, 2):
        row = rng.choice(report.rows)
        unit = [rng.randrange(n) for n in row.output_shape[1:]]
        below = cone(report, row.name, unit)["input"]
        read = gradient(report, row.name, unit) > 1e-12
        if not read.any():
            assert not below[0].inside or not below[1].inside, (str(report.graph), row.name, unit)
            continue
        for axis in (0, 1):
            wanted = set(torch.nonzero(read.any(1 - axis)).flatten().tolist())
            assert set(below[axis].inside) == wanted, (str(report.graph), row.name, unit, axis)
        reached += 1
    assert reached > 70


def test_the_cone_agrees_with_the_reports_own_reads() -> None:
    rng = random.Random(4)
    for report in random_reports(60, 5):
        row = rng.choice(report.rows)
        unit = [rng.randrange(n) for n in row.output_shape[1:]]
        reads = report.reads(row.name, unit)
        below = cone(report, row.name, unit)["input"]
        if all(reads):
            assert [tuple(sorted(one.inside)) for one in below] == list(reads), str(report.graph)


@pytest.mark.parametrize(
    "net",
    [
        "stack", "strided", "dilated", "transposed", "oblong", "unet_small", "conv(4, 3x3, same) > up(2, bilinear) > conv(4, 5x5, p2)",
        "conv(4, 3x3, p1) > add(conv(4, 3x3, p1) > conv(4, 3x3, p1), skip) > avgpool(3, s2)", "conv(4, 3x3, p1, reflect) > up(to 50)",
    ],
)  # fmt: skip
def test_equal_weights_are_torchs_gradient_of_averaging_layers(net: str) -> None:
    net = "conv(4, 3x3, p1) > concat(pool(2) > conv(4, 3x3, p1) > tconv(4, 2x2, s2), skip) > conv(4, 3x3, p1)" if net == "unet_small" else net  # fmt: skip
    report = report_of(net, 3, (48, 48))
    row = report.rows[-1]
    unit = [n // 2 for n in row.output_shape[1:]]
    found = averaged(report, row.name, unit)
    for axis in (0, 1):
        wanted = found.sum(1 - axis)
        values = curve(report, row.name, unit[axis], axis, "equal")
        assert values == pytest.approx((wanted / wanted.max()).tolist(), rel=1e-9, abs=1e-12)


def averaged(report: Any, node: str, unit: list[int]) -> Any:
    """The gradient with weights that share each window's sum equally among its places and its input's maps."""
    x = torch.zeros(1, *report.input_shape, dtype=torch.float64, requires_grad=True)
    values = {"input": x}
    for row in report.rows:
        inputs = [values[name] for name in row.inputs]
        if row.layer.is_join:
            values[row.name] = sum(inputs) if row.layer.word == "add" else torch.cat(inputs, 1)
            continue
        made = eval(row.layer.torch_line(row.input_shapes[0]).replace("MaxPool", "AvgPool"), {"nn": nn}).double()  # fmt: skip
        if parameters := list(made.parameters()):
            k, s = row.layer.kernel_size, row.layer.stride if row.layer.word == "tconv" else (1, 1)
            share = s[0] * s[1] / (k[0] * k[1] * row.input_shapes[0][0])
            for p in parameters:
                nn.init.constant_(p, share)
        values[row.name] = made(inputs[0])
    (found,) = torch.autograd.grad(values[node][0, :, unit[0], unit[1]].sum(), x)
    return found[0].sum(0)


@pytest.mark.parametrize("net", ["stack", "strided", "dilated", "transposed"])
def test_random_weights_are_torchs_gradient_with_the_same_weights(net: str) -> None:
    report = report_of(net, 3, (40, 40))
    x = torch.zeros(1, MAPS, 40, dtype=torch.float64, requires_grad=True)
    y = x
    for index, row in enumerate(report.rows):
        weights = mixers(row, 1, MAPS, mulberry(7 * 1009 + index * 9176 + 1))
        if weights is None:
            y = F.avg_pool1d(y, row.layer.kernel_size[1], row.layer.stride[1])
            continue
        w = torch.tensor(weights, dtype=torch.float64)  # tap, map out, map in
        options = {
            name: getattr(row.layer, name)[1] for name in ("stride", "padding", "dilation", "output_padding") if hasattr(row.layer, name)
        }  # fmt: skip
        if row.layer.word == "conv":
            y = F.conv1d(y, w.permute(1, 2, 0), **options)
        else:
            y = F.conv_transpose1d(y, w.permute(2, 1, 0), **options)
    unit = y.shape[2] // 2
    (found,) = torch.autograd.grad(y[0, :, unit].sum(), x)
    wanted = found[0].abs().sum(0)
    values = curve(report, report.rows[-1].name, unit, 1, "random", 7)
    assert values == pytest.approx((wanted / wanted.max()).tolist(), rel=1e-9, abs=1e-12)


def test_deep_stacks_of_equal_weights_come_to_look_like_a_gaussian() -> None:
    """Luo et al. 2016, theorem 1: the variance of k×k layers adds up, (k² − 1)/12 each; the curve nears the normal one."""
    far = []
    for depth in (2, 5, 20):
        report = report_of(" > ".join(["conv(4, 3x3, p1)"] * depth), 3, (81, 81))
        values = curve(report, f"conv{depth}", 40, 0, "equal")
        assert values
        shape = shape_of(values)
        assert (shape.mean, shape.sigma**2) == pytest.approx((40, depth * 8 / 12))
        far.append(max(abs(a - b) for a, b in zip(values, shape.gaussian, strict=True)))
    assert far[0] > far[1] > far[2]
    assert far[2] < 0.01


def test_mulberry_is_uniform() -> None:
    draw = mulberry(12)
    values = [next(draw) for _ in range(4000)]
    assert 0 <= min(values) <= max(values) < 1
    assert sum(values) / 4000 == pytest.approx(0.5, abs=0.02)
    assert sum(v * v for v in values) / 4000 == pytest.approx(1 / 3, abs=0.02)


def test_a_measured_field_travels_as_data_and_is_no_part_of_the_state() -> None:
    from course.inspect import effective_field

    torch.manual_seed(0)
    net = nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.ReLU(), nn.Conv2d(4, 4, 3, padding=1))
    field = effective_field(net, (1, 15, 17), samples=3)
    explorer = ReceptiveFieldExplorer(
        "1x15x17 > conv(4, 3x3, p1) > conv(4, 3x3, p1)", effective="measured", measured=field
    )
    assert explorer.size == (15, 17)
    assert "measured" not in explorer.state
    across = field.gradient.sum(0)
    assert explorer.effective_curve == pytest.approx((across / across.max()).tolist(), abs=1e-6)
    assert "measured in torch" in explorer.description()
    assert explorer.measured
    assert "Effective field of Sequential" in explorer.measured["words"]
    with pytest.raises(SettingError, match="effective field of two axes"):
        ReceptiveFieldExplorer(measured=[1, 2])
    assert "Nothing measured is at hand" in ReceptiveFieldExplorer(effective="measured").description()


def test_the_constructor_reads_names_graphs_and_shapes() -> None:
    assert ReceptiveFieldExplorer("unet").size == (572, 572)
    assert ReceptiveFieldExplorer("unet", size=300).size == (300, 300)
    graph = parse("1x20x30 > conv(4, 3x3) > pool(2)")
    explorer = ReceptiveFieldExplorer(graph)
    assert (explorer.channels, explorer.size, explorer.row.name) == (1, (20, 30), "pool1")
    assert eval(repr(explorer), {"ReceptiveFieldExplorer": ReceptiveFieldExplorer}).state == explorer.state
    with pytest.raises(SettingError, match="net must be text, got 7"):
        ReceptiveFieldExplorer(7)  # type: ignore[arg-type]


def test_a_global_layer_reads_the_whole_input_and_a_flattened_one_has_no_unit() -> None:
    explorer = ReceptiveFieldExplorer("lenet5", node=5)
    assert explorer.row.name == "linear1"
    assert explorer.field.whole_input
    assert "flattened" in explorer.description()
    assert explorer.effective_curve is None
    assert ReceptiveFieldExplorer("resnet50").row.name == "add16"


def test_what_lies_in_padding_is_told() -> None:
    explorer = ReceptiveFieldExplorer("stack", unit=(0, 11))
    assert "in padding lie 7 before and 0 after on height and 0 before and 7 after on width" in explorer.description()  # fmt: skip


@pytest.mark.parametrize(
    "text", ["add(" * 2500, "up(999) > up(999) > up(999)", "conv(8, 99x99, p99, d99) > " * 40 + "relu"]
)
def test_what_would_take_too_long_is_refused_at_once(text: str) -> None:
    assert ReceptiveFieldExplorer(text[:6000]).problem


STEPS = st.sampled_from(
    ["conv(4, 3x3, p1)", "conv(4, 3x5, s2)", "pool(2)", "pool(3, s2, p1, ceil)", "tconv(4, 3x3, s2)", "up(2)", "gap", "flatten",
     "add(conv(4, 3x3, s2, p1), pool(2))", "concat(conv(4, 3x3, p1), skip)", "crop(1)", "pad(1, reflect)", "conv(4, 9x9", "nonsense"]
)  # fmt: skip
STATES = st.fixed_dictionaries({
    "net": st.one_of(st.sampled_from(["stack", "misaligned", "transposed", "jumps"]), st.lists(STEPS, min_size=1, max_size=5).map(" > ".join)),
    "channels": st.integers(1, 8), "size": st.tuples(st.integers(1, 20), st.integers(1, 20)),
    "node": st.one_of(st.none(), st.integers(0, 9)), "unit": st.one_of(st.none(), st.tuples(st.integers(0, 30), st.integers(0, 30))),
    "axis": st.sampled_from(["height", "width"]), "effective": st.sampled_from(["none", "equal", "random", "measured"]), "seed": st.integers(0, 9),
})  # fmt: skip


@given(STATES)
@settings(max_examples=70, deadline=None)
def test_every_state_is_drawn_and_described_truly(state: dict[str, Any]) -> None:
    explorer = ReceptiveFieldExplorer(**state)
    again = eval(repr(explorer), {"ReceptiveFieldExplorer": ReceptiveFieldExplorer})
    assert again.state == explorer.state == ReceptiveFieldExplorer.from_state(explorer.state).state
    words = explorer.description()
    ElementTree.fromstring(explorer.svg())
    if explorer.problem:
        assert explorer.problem in words
        return
    row = explorer.row
    low = [min(one.inside, default=None) for one in explorer.below["input"]]
    if low[1] is not None and len(row.output_shape) == 3:
        assert f"columns {low[1]}" in words
    for each in explorer.report.rows:
        assert each.name in words
    assert all(name in words for name in explorer.misaligned)
