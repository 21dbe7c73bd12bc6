"""Every kind of question, checked against torch by building the layers: answers, mistakes, and what the text says."""

from __future__ import annotations

import ast
import re

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from course.arithmetic import parse
from course.quiz import KINDS, Question, draw, kinds_of

kinds_of()
SEEDS = 14
CASES = [(kind.name, level) for kind in KINDS.values() for level in kind.levels]
QUESTIONS = {(name, level): [draw(name, level, seed) for seed in range(SEEDS)] for name, level in CASES}

LAYERS = {"nn": nn}


def build(question: Question, only: str | None = None) -> tuple[nn.Sequential, tuple[int, ...]]:
    """Return the net of a question in torch, made by torch's own constructors, and its input shape.

    Only for the gradient are there numbers in it; for all else torch's shapes and counts are enough.
    """
    report = parse(question.net).report()
    with torch.device("cpu" if question.quantity == "field" else "meta"):
        layers = {row.name: eval(row.layer.torch_line(), LAYERS) for row in report.rows}
    if only:
        layers = {name: layer for name, layer in layers.items() if name == only}
    return nn.Sequential(*layers.values()), report.input_shape


def by_torch(question: Question) -> int:
    """Return the answer to a question, found by torch alone."""
    net, shape = build(question)
    x = torch.zeros(1, *shape, device="meta")
    if question.quantity == "parameters":
        part = net if question.node == "whole" else build(question, question.node)[0]
        return sum(p.numel() for p in part.parameters())
    if question.quantity == "shape":
        return net(x).shape[1 + (question.axis or 0)]
    if question.quantity == "memory":
        y = net(x)
        return y.numel() * y.element_size()
    if question.quantity == "multiply_adds":
        with FlopCounterMode(display=False) as counter:
            net(x)
        return counter.get_total_flops() // 2  # torch counts multiplication and addition apart
    assert question.quantity == "field"
    return field_by_gradient(net, shape)


def field_by_gradient(net: nn.Sequential, shape: tuple[int, ...]) -> int:
    """Return how many rows of the input the middle output depends on: where its gradient is not zero."""
    averages = []
    for layer in net:
        if isinstance(layer, nn.Conv2d):
            nn.init.ones_(layer.weight)
        # averages in place of maxima, so that every pixel of a window has a gradient
        averages.append(
            nn.AvgPool2d(layer.kernel_size, layer.stride) if isinstance(layer, nn.MaxPool2d) else layer
        )
    x = torch.zeros(1, *shape, dtype=torch.float64, requires_grad=True)
    y = nn.Sequential(*averages).double()(x)
    y[0, 0, y.shape[2] // 2, y.shape[3] // 2].backward()
    rows = x.grad.abs().sum(dim=(0, 1, 3)).nonzero().flatten()
    return int(rows[-1] - rows[0]) + 1


@pytest.mark.parametrize("case", CASES, ids=str)
def test_torch_agrees_with_every_answer(case):
    for question in QUESTIONS[case]:
        assert by_torch(question) == question.answer, question.text


def test_there_are_enough_of_them():
    assert len(KINDS) >= 8
    assert sum(map(len, QUESTIONS.values())) >= 500
    assert {k.topic for k in KINDS.values()} == {"parameters", "sizes", "costs", "fields", "nets"}
    for level in range(1, 6):
        assert len(kinds_of(level=level)) >= 5


@pytest.mark.parametrize("case", CASES, ids=str)
def test_no_mistake_is_the_answer_and_no_two_are_alike(case):
    for question in QUESTIONS[case]:
        values = [m.value for m in question.mistakes]
        assert question.answer not in values
        assert len(set(values)) == len(values)
        assert all(v > 0 for v in values)
        assert values, question.text


@pytest.mark.parametrize("name", KINDS)
def test_each_kind_knows_several_mistakes(name):
    """Over its levels and seeds a kind names at least three different ones, so that none is dropped always."""
    questions = [q for level in KINDS[name].levels for q in QUESTIONS[name, level]]
    assert len({m.name for q in questions for m in q.mistakes}) >= 3


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_worked_solution_ends_in_the_answer(case):
    for question in QUESTIONS[case]:
        assert question.worked[-1] == f"answer: {question.answer:,}"
        assert f"{question.answer:,}" in question.worked[-2].replace("(", " ").replace(")", " ")


@pytest.mark.parametrize("case", CASES, ids=str)
def test_neither_question_nor_hint_gives_the_answer_away(case):
    for question in QUESTIONS[case]:
        said = re.findall(r"\d+", question.hint)
        assert str(question.answer) not in said


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_text_says_what_is_counted(case):
    for question in QUESTIONS[case]:
        text = question.text
        assert text.count("?") == 1
        if question.quantity == "parameters" and "conv" in question.net and question.kind != "batch_norm":
            assert "biases" in text
        if question.quantity == "multiply_adds":
            assert "counts 1" in text
            assert "biases" in text
        if question.quantity in ("shape", "field") and "conv" in question.net:
            assert "padding" in text
        for number in re.findall(r"\d+", question.net) if question.shows_net else ():
            assert number in text


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_the_prompt_says_is_what_the_net_is(case):
    """Every number of the net that torch would be told stands in the prompt, or the net itself is shown."""
    for question in QUESTIONS[case]:
        if question.shows_net:
            assert question.net in question.text
            continue
        numbers = {int(n) for n in re.findall(r"\d+", question.prompt)}
        for row in parse(question.net).report().rows:
            call = ast.parse(row.layer.torch_line(), mode="eval").body
            told = [k.value for k in call.keywords]
            if question.quantity != "shape":  # heights and widths do not depend on the channels
                told += call.args[1:] if question.kind == "dense" else call.args
            given = {
                n.value
                for t in told
                for n in ast.walk(t)
                if isinstance(n, ast.Constant) and type(n.value) is int
            }
            assert given <= numbers, (question.prompt, row.layer.torch_line())


def test_levels_get_harder():
    """The answers of a level are larger than those of the level below it, on the whole."""
    for name in ("dense", "conv", "conv_cost", "field", "net"):
        levels = KINDS[name].levels
        middle = [sorted(q.answer for q in QUESTIONS[name, level])[SEEDS // 2] for level in levels]
        assert middle[0] < middle[-1], (name, middle)


def drawn(name: str, *levels: int) -> list[Question]:
    """Return many questions of a kind, so that rare numbers come up too."""
    return [draw(name, level, f"many {seed}") for level in levels for seed in range(120)]


def named(question: Question, name: str) -> list[int]:
    """Return the value of a question's mistake, in a list that is empty where it has no such mistake."""
    return [m.value for m in question.mistakes if m.name == name]


def test_pooling_with_the_ceiling_says_that_windows_start_inside():
    left_out = 0
    for question in drawn("pool_size", 3, 4):
        ceil = "ceil" in question.net
        assert ("; a window that would start outside the image is left out" in question.prompt) == ceil
        kept = named(question, "keeps a window that starts outside the image")
        pool = build(question)[0][0]
        height = build(question)[1][1]
        last = -(-(height - pool.kernel_size) // pool.stride)  # windows begin at 0, stride, … last·stride
        outside = ceil and last * pool.stride >= height
        assert kept == ([last + 1] if outside else []), question.prompt
        left_out += outside
    assert left_out


def test_forgetting_the_last_pooling_keeps_its_input():
    """The wrong value is what torch counts for the net without its last pooling; odd heights are among them."""
    odd = 0
    for question in drawn("net", 2, 3, 4, 5):
        if "gap" in question.net:
            continue
        head, tail = question.net.rsplit(" > pool(2)", 1)
        net, shape = build(question)
        without = parse(head + tail).report()
        with torch.device("meta"):
            layers = nn.Sequential(*(eval(row.layer.torch_line(), LAYERS) for row in without.rows))
        wrong = sum(p.numel() for p in layers.parameters())
        assert named(question, "forgets the last pooling") == [wrong], question.net
        last = max(i for i, layer in enumerate(net) if isinstance(layer, nn.MaxPool2d))
        odd += net[:last](torch.zeros(1, *shape, device="meta")).shape[-1] % 2
    assert odd


def test_counting_each_weight_twice_leaves_the_biases_alone():
    without = 0
    for question in drawn("dense", 1, 2, 3, 4, 5):
        layer = build(question)[0][-1]
        doubled = 2 * layer.weight.numel() + (0 if layer.bias is None else layer.bias.numel())
        values = {m.value for m in question.mistakes}
        assert doubled in values, question.prompt
        assert named(question, "counts each weight twice") in ([doubled], [])
        without += layer.bias is None
    assert without


def test_fields_say_how_holes_count():
    for question in drawn("field", 1, 5):
        assert (
            "from the first to the last that it depends on, rows skipped in between included"
            in question.prompt
        )


def test_nets_explain_the_notation_that_occurs_in_them():
    pooled = 0
    for question in drawn("net", 1, 2, 5):
        assert "p is the padding on every side, stride is 1" in question.prompt
        assert "pool(2) has stride 2" in question.prompt
        for word in ("gap", "flatten", "bn"):
            assert (word in question.net) == bool(re.search(rf"\b{word}\b", question.prompt)), question.text
        assert ("gap averages each map to one number" in question.prompt) == ("gap" in question.net)
        pooled += "gap" in question.net
    assert pooled
