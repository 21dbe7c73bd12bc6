"""The architecture explorer's Python side: networks and notations as documents, sums, the quiz, cards carried along, fallbacks."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.arithmetic import parse
from course.arithmetic.errors import SettingError
from course.widgets import ArchitectureExplorer
from course.widgets.architecture_lines_model import cell, lines, parts, sum_of, totals
from course.widgets.architecture_model import QUANTITIES, WHOLE, document, pack, read, unpack
from course.widgets.architecture_quiz_model import layer_of, mark, mistakes
from course.widgets.explorer import load
from course.widgets.page import page

SVG = "{http://www.w3.org/2000/svg}"
NOTATIONS = [one["values"] for one in load("architecture")["notations"].values()]
COUNTS = ("parameters", "multiply_adds", "memory")


def evaluated(numbers: str) -> int:
    """The value of a derivation's numbers."""
    text = numbers.replace("·", "*").replace("−", "-").replace("⌊", "(").replace("⌋", ")")
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text)
    return int(eval(text))


@pytest.fixture(scope="module")
def resnet() -> Any:
    pytest.importorskip("torch")
    from course.inspect import card_of

    return card_of("resnet18")


@settings(max_examples=40, deadline=None)
@given(
    st.sampled_from([*NOTATIONS, "3x8x8 > cnov(4, 3x3)", "conv(4, 3x3)", "3x8x8 > linear(3)", ""]),
    st.integers(1, 9), st.lists(st.sampled_from(["one/", "three/", "block/", "nowhere/"]), max_size=3),
    st.sampled_from(["", "conv1", "three.conv", "whole", "one/", "nowhere"]), st.sampled_from(["none", *QUANTITIES]),
    st.lists(st.tuples(st.sampled_from(["conv1", "one.conv", "whole", "gone"]), st.sampled_from(["156", "?", "61706", "x", "0", "6×28×28"])), max_size=4),
)  # fmt: skip
def test_any_state_survives_repr_json_and_both_fallbacks(
    notation: str, depth: int, toggled: list[str], row: str, quiz: str, answers: list[tuple[str, str]]
) -> None:
    explorer = ArchitectureExplorer(
        notation, depth=depth, toggled=toggled, row=row, quiz=quiz, answers=answers
    )
    again = eval(repr(explorer), {"ArchitectureExplorer": ArchitectureExplorer})
    assert again.state == explorer.state
    assert ArchitectureExplorer.from_state(json.loads(json.dumps(explorer.state))).state == explorer.state
    words = explorer.description()
    assert ElementTree.fromstring(explorer.svg()).findtext(f"{SVG}desc") == words
    if explorer.problem:
        assert explorer.problem in words
        with pytest.raises(SettingError, match=re.escape(explorer.problem)):
            _ = explorer.net
        return
    for line in explorer.lines:
        for quantity in ("parameters", "multiply_adds", "memory"):
            shown = cell(line, quantity)
            assert shown in words or quiz == quantity


@pytest.mark.parametrize("text", NOTATIONS)
def test_a_notation_counts_as_course_arithmetic_does(text: str) -> None:
    report, net = parse(text).report(), read(text)
    assert [row["name"] for row in net["rows"]] == [row.name for row in report.rows]
    assert [tuple(row["shape"]) for row in net["rows"]] == [row.output_shape for row in report.rows]
    for name in COUNTS:
        assert totals(net)[name] == getattr(report, name)
    assert net["peak"] == report.peak_memory
    for row in net["rows"]:
        for quantity in COUNTS:
            formula, numbers, value, _ = row["sums"][quantity]
            assert int(value.replace(",", "")) == row[quantity]
            if numbers:
                assert formula
                assert evaluated(numbers) == row[quantity]


@pytest.mark.parametrize("text", NOTATIONS)
def test_the_lines_of_torch_build_layers_with_these_counts(text: str) -> None:
    torch = pytest.importorskip("torch")
    for row in read(text)["rows"]:
        if not row["torch"] or row["torch"].startswith("x["):
            continue
        layer = eval(row["torch"], {"nn": torch.nn})
        assert sum(p.numel() for p in layer.parameters()) == row["parameters"]
        out = layer(torch.zeros(2, *row["takes"][0]))
        assert list(out.shape[1:]) == row["shape"]


def test_a_card_of_torch_gives_the_same_document_as_its_notation() -> None:
    torch = pytest.importorskip("torch")
    from course.inspect import analyze

    nn = torch.nn
    net = nn.Sequential(
        nn.Conv2d(3, 8, 3, stride=2, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(512, 10)
    )
    card = document(analyze(net, (3, 32, 32)))
    ours = read("3x32x32 > conv(8, 3x3, s2, p1) > relu > pool(2) > flatten > linear(10)")
    for name in ("title", "shape", "parameters", "multiply_adds", "memory", "field", "jump"):
        assert [row[name] for row in card["rows"]] == [row[name] for row in ours["rows"]], name
    assert card["rows"][0]["sums"]["parameters"] == ours["rows"][0]["sums"]["parameters"]


def test_totals_and_groups_are_the_sums_of_what_they_hold(resnet: Any) -> None:
    net = document(resnet)
    for depth in (1, 2, 3, 9):
        shown = lines(net, depth)
        leaves = [line for line in shown if not line["open"]]
        for name in COUNTS:
            assert sum(line[name] for line in leaves) == totals(net)[name] == getattr(resnet, name)
        for line in [*(line for line in shown if line["open"] is not None), totals(net)]:
            for name in COUNTS:
                assert sum(part[name] for part in parts(net, shown, line["id"])) == line[name]
                _, numbers, value, _ = sum_of(net, shown, line["id"], name)
                assert evaluated(numbers or "0") == line[name] == int(value.replace(",", ""))
    assert [line["id"] for line in lines(net, 1, ["conv2_x/"])][4:7] == [
        "conv2_x/",
        "conv2_x.block1/",
        "conv2_x.block2/",
    ]


def test_a_packed_card_is_small_and_complete(resnet: Any) -> None:
    net = document(resnet)
    packed = json.loads(json.dumps(pack(net)))
    assert unpack(packed) == json.loads(json.dumps(net))
    assert len(json.dumps(packed)) < 0.45 * len(json.dumps(net))


def test_every_registered_network_can_be_shown() -> None:
    pytest.importorskip("torch")
    from course import models
    from course.inspect import card_of

    spec = load("architecture")
    assert spec["models"] == list(models.names())
    assert set(spec["exported"]) <= set(spec["models"])
    for name in (
        "lenet5",
        "googlenet",
        "highway",
        "vnet",
        "unetpp",
        "conv_autoencoder",
        "stochastic_depth110",
    ):
        explorer, card = ArchitectureExplorer(model=name), card_of(name)
        assert totals(explorer.net)["parameters"] == card.parameters
        assert totals(explorer.net)["multiply_adds"] == card.multiply_adds
        assert explorer.net["remarks"] == list(card.remarks)
        assert ElementTree.fromstring(explorer.svg()).findtext(f"{SVG}title") == "Architecture explorer"
        assert eval(repr(explorer), {"ArchitectureExplorer": ArchitectureExplorer}).state == explorer.state


def test_what_was_counted_can_be_handed_in() -> None:
    torch = pytest.importorskip("torch")
    from course.inspect import analyze

    explorer = ArchitectureExplorer(model=analyze(torch.nn.Linear(7, 3), (7,), title="mine"))
    assert explorer.model == "mine"
    assert explorer.lines[-1]["parameters"] == 24
    assert eval(repr(explorer), {"ArchitectureExplorer": ArchitectureExplorer}).net == explorer.net
    report = parse("4x8x8 > conv(2, 3x3)").report()
    assert ArchitectureExplorer(model=report).lines[-1]["parameters"] == report.parameters


def test_a_network_chosen_in_the_page_is_counted_by_the_kernel() -> None:
    pytest.importorskip("torch")
    explorer = ArchitectureExplorer()
    assert list(explorer.cards) == [""]
    explorer.set_state({"model": "lenet5_modern"})
    assert set(explorer.cards) == {"", "lenet5_modern"}
    assert explorer.lines[-1]["parameters"] == 61706
    explorer.set_state({"model": "no_such_net"})
    assert "no network is named 'no_such_net'" in str(explorer.problem)
    assert explorer.cards["no_such_net"]["refused"] == explorer.problem
    assert str(explorer.problem) in explorer.description()


def test_an_exported_page_carries_the_networks_of_the_lectures() -> None:
    pytest.importorskip("torch")
    carried = ArchitectureExplorer().data["cards"]
    assert set(load("architecture")["exported"]) <= set(carried)
    assert "11,515,688" in str(ArchitectureExplorer(model="resnet18").description())
    assert len(page(ArchitectureExplorer())) < 900_000


def test_the_quiz_names_the_wrong_formula() -> None:
    net = read(
        "16x32x32 > conv(32, 5x5, p2, s2, g4) > bn > pool(3, s2, ceil) > conv(8, 3x3, nobias) > flatten > linear(10)"
    )
    conv, bn, pooled, plain, flat, linear = lines(net)
    for line, quantity, answer, words in (
        (conv, "parameters", "3200", "forgets the bias of each output channel"),
        (conv, "parameters", "12832", "forgets the groups"),
        (conv, "parameters", "672", "takes the kernel's side for its area"),
        (conv, "parameters", "832", "forgets the input channels"),
        (conv, "multiply_adds", "1,638,400", "counts product and sum apart: together they are one"),
        (conv, "multiply_adds", "3,276,800", "takes the positions of the input, not of the output"),
        (conv, "shape", "16x16x32", "puts the channels last: torch has them first"),
        (conv, "shape", "32x14x14", "forgets the padding"),
        (conv, "shape", "32x32x32", "forgets the stride"),
        (conv, "memory", "8192", "forgets the 4 bytes of each number"),
        (bn, "parameters", "128", "counts the running mean and variance, which are not learned"),
        (bn, "parameters", "32", "counts γ or β, not both"),
        (pooled, "shape", "32x7x7", "rounds down, and ceil_mode rounds up"),
        (pooled, "field", "7", "forgets the jump: neighbours lie further apart here"),
        (plain, "parameters", "2312", "adds biases, and there are none"),
        (flat, "shape", "8", "keeps the channels of the input"),
        (linear, "parameters", "2880", "forgets the bias of each output"),
        (pooled, "parameters", "9", "nothing is learned here"),
    ):
        assert mark(net, line, quantity, answer) == {"right": False, "words": words}, (
            line["name"],
            quantity,
            answer,
        )
    assert mark(net, totals(net), "parameters", str(totals(net)["parameters"]))["right"]
    assert mark(net, conv, "shape", "(32, 16, 16)")["right"]
    assert mark(net, pooled, "field", "9")["right"]
    assert mark(net, pooled, "field", "9x9")["right"]
    assert mark(net, linear, "field", "whole")["right"]


def test_no_mistake_is_the_right_answer_and_all_differ() -> None:
    for text in NOTATIONS:
        net = read(text)
        for line in lines(net, 9):
            if line["open"] is None:
                row = net["rows"][line["first"]]
                for quantity in QUANTITIES:
                    found = mistakes(net, row, quantity)
                    assert len({value for value, _ in found}) == len(found)
                    assert not any(mark(net, line, quantity, value)["right"] for value, _ in found)


def test_layers_are_read_back_from_their_titles() -> None:
    for text in NOTATIONS:
        for row in read(text)["rows"]:
            if row["title"] not in ("add", "concat"):
                layer = layer_of(row["title"])
                assert layer is not None
                assert layer.parameters(*map(tuple, row["takes"])) == row["parameters"]


def test_the_quiz_hides_what_it_asks_in_words_and_picture() -> None:
    explorer = ArchitectureExplorer("3x32x32 > conv(64, 3x3, p1) > relu", quiz="parameters")
    texts = [e.text for e in ElementTree.fromstring(explorer.svg()).iter(f"{SVG}text")]
    assert "1,792" not in explorer.description()
    assert "1,792" not in " ".join(filter(None, texts))
    assert "0 of 3 right" in explorer.description()
    explorer.answers = [("conv1", "1792"), ("relu1", "5"), (WHOLE, "?")]
    assert "1 of 3 right" in explorer.description()
    assert "conv1: '1792', right" in explorer.description()
    assert "relu1: '5', nothing is learned here" in explorer.description()


def test_errors_teach() -> None:
    for arguments, words in (
        ({"model": "resnet19"}, "model: no network is named 'resnet19': did you mean 'resnet18'?"),
        ({"model": "torchvision:resnet5"}, "torchvision has no model 'resnet5'"),
        ({"notation": 3}, "notation must be text, got 3"),
        ({"depth": 0}, "depth must be at least 1, got 0"),
        ({"quiz": "buffers"}, "quiz 'buffers' is not known: use one of none, shape"),
        ({"answers": [("a",)]}, "answers[0] takes 2 values, got a list of 1"),
    ):
        with pytest.raises(ValueError, match=re.escape(words)):
            ArchitectureExplorer(**arguments)


def test_figures_that_a_page_cannot_count_exactly_are_refused() -> None:
    assert "more than a page can count exactly" in str(
        ArchitectureExplorer("3x99999999x99999999 > conv(64, 3x3)").problem
    )
    assert "9999999999999999 is more than" in str(ArchitectureExplorer("9999999999999999 > relu").problem)
