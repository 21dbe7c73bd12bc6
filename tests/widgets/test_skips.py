"""The skips explorer's Python side: shapes and parameters against torch, what does not fit, sizes of a U-Net, ways for the gradient."""

from __future__ import annotations

import json
import random
import re
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.arithmetic import Graph, GraphError, Node, parse
from course.widgets import SkipExplorer
from course.widgets.explorer import load
from course.widgets.skips_model import gate
from course.widgets.skips_sizes_model import next_sizes, output_size
from tests.widgets.tables.skips import state

SVG = "{http://www.w3.org/2000/svg}"
SPEC = load("skips")
KINDS = list(SPEC["state"]["kind"]["options"])


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_any_state_survives_repr_json_and_both_fallbacks(seed: int) -> None:
    explorer = SkipExplorer(
        **state(random.Random(seed)),
    )
    assert eval(repr(explorer), {"SkipExplorer": SkipExplorer}).state == explorer.state
    assert SkipExplorer.from_state(json.loads(json.dumps(explorer.state))).state == explorer.state
    words = explorer.description()
    assert ElementTree.fromstring(explorer.svg()).findtext(f"{SVG}desc") == words
    net = explorer.network
    for node in net["nodes"]:
        assert node["name"] in words
        assert node["sum"] in words
    if explorer.problem:
        assert explorer.problem in words
        assert net["output"] is None
    else:
        assert "→ " + "×".join(map(str, net["output"])) in words


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6))
def test_the_mend_that_is_offered_leads_on(seed: int) -> None:
    explorer = SkipExplorer(**state(random.Random(seed)))
    for _ in range(4):
        problem = explorer.network["problem"]
        if not problem or not problem["mend"]:
            break
        before = explorer.problem
        for name, value in problem["mend"]["patch"].items():
            setattr(explorer, name, value)
        assert explorer.problem != before, before
    assert explorer.problem is None or "no tile of up to" in explorer.problem, explorer.state


@pytest.fixture(scope="module")
def room() -> dict[str, Any]:
    """The names that the printed lines of torch use."""
    torch = pytest.importorskip("torch")
    from course.models.densenet import DenseLayer, Transition
    from course.models.highway import HighwayConv2d
    from course.models.resnet import BasicBlock
    from course.models.unet import UNet
    from course.models.unetpp import UNetPlusPlus

    return {"nn": torch.nn, "torch": torch, "BasicBlock": BasicBlock, "HighwayConv2d": HighwayConv2d, "DenseLayer": DenseLayer,
            "Transition": Transition, "UNet": UNet, "UNetPlusPlus": UNetPlusPlus}  # fmt: skip


def test_shapes_and_parameters_are_those_of_the_modules_that_the_line_builds(room: dict[str, Any]) -> None:
    torch, built = room["torch"], dict.fromkeys(KINDS, 0)
    dice = random.Random(3)
    states = [SkipExplorer.usual(kind).state for kind in KINDS] + [state(dice) for _ in range(300)]
    for one in states:
        explorer = SkipExplorer(**one)
        if not explorer.code or built[explorer.kind] > 9:
            continue
        built[explorer.kind] += 1
        with torch.device("meta"):
            net = eval(explorer.code, room).eval()
            first = explorer.network["nodes"][0]["shape"]
            out = net(torch.empty(1, *first))
        assert list(out.shape[1:]) == explorer.network["output"], explorer
        assert sum(p.numel() for p in net.parameters()) == explorer.network["parameters"], explorer
    assert min(built.values()) >= 3, built


def test_every_node_of_the_unet_is_as_the_paper_draws_it() -> None:
    nodes = {node["id"]: node for node in SkipExplorer("unet").network["nodes"]}
    sizes = {
        "e1": 568,
        "e2": 280,
        "e3": 136,
        "e4": 64,
        "e5": 28,
        "u4": 56,
        "r4": 52,
        "u3": 104,
        "r3": 100,
        "u2": 200,
        "r2": 196,
        "u1": 392,
        "r1": 388,
    }
    for key, size in sizes.items():
        assert nodes[key]["shape"][1:] == [size, size], key
    assert nodes["c4"]["shape"] == [1024, 56, 56]
    assert (
        nodes["c4"]["told"]
        == "512 + 512 = 1024 channels; copy cropped by 4 above and below, 4 left and right: 512×64×64 → 512×56×56"
    )
    assert SkipExplorer("unet").network["parameters"] == 31_030_658


def test_the_sizes_of_the_unet_are_those_that_the_module_takes() -> None:
    pytest.importorskip("torch")
    from course.models import unet as module

    for depth in (1, 2, 3, 4, 5):
        for valid in (True, False):
            one = {"depth": depth, "convs": 2, "valid": valid, "fit": "crop"}
            padding = "valid" if valid else "same"
            for n in range(1, 700):
                assert output_size(n, one) == module.output_size(n, depth, padding), (n, depth, padding)
            for near in (40, 100, 300, 572):
                wanted = module.valid_sizes(near, depth=depth, padding=padding)
                if output_size(near, one) is None:
                    assert tuple(next_sizes(near, one)) == wanted
    assert output_size(572, {"depth": 4, "convs": 2, "valid": True, "fit": "crop"}) == 388


def test_the_closed_form_of_the_sizes_that_work() -> None:
    for depth in (1, 2, 3, 4):
        for convs in (1, 2, 3):
            one = {"depth": depth, "convs": convs, "valid": True, "fit": "crop"}
            lost, step = 2 * convs, 2**depth
            works = [n for n in range(1, 1500) if output_size(n, one)]
            assert all((n - lost * (step - 1)) % step == 0 for n in works)
            assert all(b - a == step for a, b in pairwise(works))
            assert all(n - (output_size(n, one) or 0) == lost * (3 * step - 2) for n in works)


def test_unetpp_is_the_module_node_by_node_and_pruned(room: dict[str, Any]) -> None:
    torch = room["torch"]
    with torch.device("meta"):
        net = room["UNetPlusPlus"]()
    whole = SkipExplorer.usual("unetpp")
    nodes = {node["id"]: node for node in whole.network["nodes"]}
    for name, module in net.node.items():
        i, j = name.split("_")
        count = sum(p.numel() for p in module.parameters())
        count += sum(p.numel() for p in net.up[name].parameters()) if j != "0" else 0
        assert nodes[f"X{i},{j}"]["parameters"] == count, name
    assert nodes["X0,3"]["inputs"] == ["X0,0", "X0,1", "X0,2", "X1,2"]
    assert "32 + 32 + 32 + 32 = 128 channels" in nodes["X0,3"]["told"]
    for level, count in zip((1, 2, 3, 4), (100_961, 511_105, 2_204_961, 9_041_601), strict=True):
        cut = SkipExplorer("unetpp", channels=32, classes=1, pruned=level).network
        assert cut["parameters"] == count
        kept = {node["id"] for node in cut["nodes"] if node["id"][0] == "X" and not node["idle"]}
        assert kept == {f"X{i},{j}" for i in range(level + 1) for j in range(level + 1 - i)}
        assert [node["id"] for node in cut["nodes"] if node["id"][0] == "s" and not node["idle"]] == [
            f"s{level}"
        ]
    heads = [n["id"] for n in SkipExplorer("unetpp", supervision=False).network["nodes"] if n["id"][0] == "s"]
    assert heads == ["s4"]


def test_what_does_not_fit_says_what_course_arithmetic_says() -> None:
    explorer = SkipExplorer("residual", channels=128)
    with pytest.raises(GraphError) as caught:
        parse("64x96x96 > add(conv(128, 3x3, p1) > conv(128, 3x3, p1), skip) @y1").report()
    assert explorer.problem == str(caught.value).replace("y1: add:", "y1:")
    explorer = SkipExplorer("unet", fit="none")
    left, up = (
        Node(name, parse(f"conv(512, {k})").nodes[0].layer, ("input",))
        for name, k in (("a", "1x1"), ("b", "9x9"))
    )
    with pytest.raises(GraphError) as caught:
        Graph(
            (left, up, Node("c4", parse("add(relu, skip)").nodes[-1].layer.__class__(), ("a", "b"))),
            (512, 64, 64),
        ).report()
    assert (
        str(caught.value).split("cannot join")[1].replace("add", "")
        == str(explorer.problem).split("cannot join")[1]
    )
    for arguments, words, patch in (
        ({"kind": "residual", "padding": 0}, "y1: add cannot join (64, 92, 92) and (64, 96, 96): their positions must agree; crop(2x2)", {"padding": 1}),
        ({"kind": "residual", "kernel": 4, "padding": 2}, "y1: add cannot join (64, 98, 98)", {"kernel": 5, "padding": 2}),
        ({"kind": "residual", "stride": 2}, "give the path of (64, 96, 96) a stride of 2", {"shortcut": "projection"}),
        ({"kind": "residual", "channels": 8, "shortcut": "zeros"}, "zeros can add channels, and 64 → 8 takes some away", {"shortcut": "projection"}),
        ({"kind": "highway", "padding": 0}, "y1: add cannot join (64, 94, 94) and (64, 96, 96)", {"padding": 1}),
        ({"kind": "dense", "padding": 0}, "d2: concat cannot join (64, 96, 96) and (12, 94, 94)", {"padding": 1}),
        ({"kind": "dense", "compression": 0.01, "in_channels": 8}, "compression 0.01 of 44 maps keeps none", {"compression": 0.5}),
        ({"kind": "unet", "tile": (572, 570)}, "width 570 does not fit: the pooling of level 2 meets 279, an odd number; take 556 or 572", {"tile": (572, 572)}),
        ({"kind": "unet", "tile": 60}, "level 4 gets 4, and its 2 unpadded convolutions take 4", {"tile": (188, 188)}),
        ({"kind": "unet", "valid": False, "tile": 570}, "take 560 or 576", {"tile": (576, 576)}),
        ({"kind": "unetpp", "size": (96, 100)}, "width 100 does not fit: it is halved 4 times; take a multiple of 16, such as 96 or 112", {"size": (96, 96)}),
        ({"kind": "unetpp", "pruned": 5}, "level 5 is not one of this net's: take 1 to 4", {"pruned": 0}),
        ({"kind": "unetpp", "pruned": 2, "supervision": False}, "level 2 has no head", {"supervision": True}),
        ({"kind": "plain", "size": 2, "padding": 0}, "a1: conv, height: kernel 3 spans 3, more than the input 2", {"padding": 1}),
    ):  # fmt: skip
        problem = SkipExplorer(**arguments).network["problem"]
        assert words in problem["text"], problem
        assert problem["mend"]["patch"] == patch


def test_padding_instead_of_cropping_keeps_more(room: dict[str, Any]) -> None:
    torch, explorer = room["torch"], SkipExplorer("unet", tile=60, depth=2, channels=4, fit="pad")
    f = torch.nn.functional

    def twice(x: Any, c: int) -> Any:
        for _ in range(2):
            x = f.conv2d(x, torch.zeros(c, x.shape[1], 3, 3))
        return x

    x, copies = torch.zeros(1, 1, 60, 60), []
    for width in (4, 8):
        x = twice(x, width)
        copies.append(x)
        x = f.max_pool2d(x, 2)
    x = twice(x, 16)
    for width, copy in zip((8, 4), reversed(copies), strict=True):
        x = f.conv_transpose2d(x, torch.zeros(x.shape[1], width, 2, 2), stride=2)
        gap = (copy.shape[2] - x.shape[2]) // 2
        x = twice(torch.cat([copy, f.pad(x, (gap,) * 4)], 1), width)
    assert explorer.network["output"][1:] == list(x.shape[2:])


@pytest.mark.parametrize("kind", KINDS)
def test_ways_are_counted_on_the_graph_itself(kind: str) -> None:
    explorer = SkipExplorer(kind, layers=4, depth=3, size=96, tile=188, factor=0.7)
    net = explorer.network
    if kind == "unet":
        explorer.tile = (92, 92)
        net = explorer.network
    assert net["problem"] is None
    convs = {"conv": 1, "other": 1, "up": 1, "input": 0, "add": 0, "gate": 0, "concat": 0, "down": 1}
    lengths: dict[str, dict[int, int]] = {}
    for node in net["nodes"]:
        weight = convs[node["kind"]]
        if kind in ("unet", "unetpp"):
            weight = node["does"].count("conv(") if node["kind"] != "up" else 1
        if kind in ("plain", "residual"):
            weight = int(node["name"].endswith("b"))  # a layer is its two convolutions
        if kind == "highway":
            weight = int(node["name"][0] == "H")
        found: dict[int, int] = {}
        for source in node["inputs"]:
            if source.startswith("t") and kind == "highway":
                continue  # the gate's own gradient is left out
            more = weight
            if kind == "unetpp" and node["id"][0] == "X":
                i = int(node["id"][1:].split(",")[0])
                more = 3 if source == f"X{i + 1},{int(node['id'].split(',')[1]) - 1}" else 2
            for length, count in lengths[source].items():
                found[length + more] = found.get(length + more, 0) + count
        lengths[node["id"]] = found or {0: 1}
    last = [node for node in net["nodes"] if not node["idle"]][-1]["id"]
    assert net["paths"]["lengths"] == [list(pair) for pair in sorted(lengths[last].items())]
    assert net["paths"]["count"] == sum(lengths[last].values())
    if kind != "highway":
        assert net["paths"]["value"] == pytest.approx(sum(n * 0.7**k for k, n in lengths[last].items()))


def test_a_gate_and_what_comes_through_it(room: dict[str, Any]) -> None:
    torch = room["torch"]
    explorer = SkipExplorer("highway", gate_bias=-2, carried=-1.5, transformed=2, factor=0.3, layers=5)
    t = torch.sigmoid(torch.tensor(-2.0, dtype=torch.float64)).item()
    assert gate(explorer.state)["t"] == pytest.approx(t, rel=1e-12)
    assert gate(explorer.state)["y"] == pytest.approx(t * 2 - (1 - t) * 1.5, rel=1e-12)
    x = torch.tensor(1.0, dtype=torch.float64, requires_grad=True)
    y = x
    for _ in range(5):
        y = t * 0.3 * y + (1 - t) * y
    y.backward()
    assert explorer.network["paths"]["value"] == pytest.approx(x.grad.item(), rel=1e-12)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            {"kind": "resnet"},
            "kind 'resnet' is not known: use one of plain, highway, residual, dense, unet, unetpp",
        ),
        ({"layers": 9}, "layers must be at most 8 in the explorer, got 9"),
        ({"size": (3, 0)}, "size (width) must be at least 1, got 0"),
        ({"compression": 0}, "compression must be at least 0.01, got 0"),
        ({"valid": 1}, "valid must be True or False, got 1"),
        ({"growth": 2.5}, "growth must be a whole number, got 2.5"),
    ],
)
def test_errors_teach(arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        SkipExplorer(**arguments)
