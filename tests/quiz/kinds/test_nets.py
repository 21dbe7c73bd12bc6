"""Whole nets: what the text says of them, and mistakes that leave out a layer."""

import re

import torch
from torch import nn

from course.arithmetic import parse
from course.quiz.oracle import Net
from tests.quiz.kinds.misbuilt import PARAMETERS, drawn, layers, misbuilt, size, values

LEVELS = (1, 2, 3, 4, 5)


def counted(net: str) -> int:
    """Return the parameters of a line of notation, built in torch."""
    with torch.device("meta"):
        return size(Net(parse(net).report()))


def test_each_mistake_is_what_torch_counts_for_layers_built_wrongly():
    met = set()
    for level in LEVELS:
        for question in drawn("net", level)[:4]:
            for mistake in question.mistakes:
                if mistake.name in PARAMETERS:
                    assert mistake.value == misbuilt(question.source.net, "whole", mistake.name), (
                        question.text,
                        mistake,
                    )
                    met.add(mistake.name)
    assert len(met) >= 9


def test_forgetting_the_last_pooling_keeps_its_input():
    """The wrong value is what torch counts for the net without its last pooling; odd heights are among them."""
    odd = 0
    for level in (2, 3, 4, 5):
        for question in drawn("net", level):
            if "gap" in question.source.net:
                continue
            head, tail = question.source.net.rsplit(" > pool(2)", 1)
            assert values(question, "forgets the last pooling") == [counted(head + tail)], question.source.net
            last = [row for row in parse(question.source.net).report().rows if row.name.startswith("pool")][
                -1
            ]
            odd += last.input_shapes[0][1] % 2
    assert odd


def test_forgotten_layers_are_left_out():
    for level in (2, 3, 4, 5):
        for question in drawn("net", level):
            dense = [layer for layer, _ in layers(question.source.net) if isinstance(layer, nn.Linear)]
            first = layers(question.source.net)[0][0]
            right = int(question.answer)
            assert values(question, "forgets the dense layer") in ([right - size(*dense)], [])
            assert values(question, "forgets the first layer") in ([right - size(first)], [])
            if len(dense) > 1:
                assert values(question, "forgets the output layer") in ([right - size(dense[-1])], [])


def test_prompts_explain_the_notation_that_occurs_and_no_other():
    said = {
        "gap": "gap averages each map to one number", "flatten": "flatten makes a vector", "bn": " is batch normalisation",
        "relu": "relu learns nothing", "linear": ") is a dense layer with", "add": "add sums", "concat": "concat puts",
        "skip": "skip is what", "nobias": "Layers with nobias have no biases",
    }  # fmt: skip
    kinds = (
        "net",
        "residual_block",
        "inception_module",
        "dense_block",
        "parameter_share",
        "where_parameters_sit",
        "missing_row",
    )
    for kind in kinds:
        for level in LEVELS:
            for question in drawn(kind, level)[:8]:
                net = (question.table and " ".join(row[0] for row in question.table)) or question.code
                for word, words in said.items():
                    assert bool(re.search(rf"\b{word}\b", net)) == (words in question.prompt), (
                        word,
                        question.text,
                    )
                for word in re.findall(
                    r"\b(?:max|avg)?pool\([^)]*\)", net
                ):  # as they are written, one by one
                    assert f"{word} is " in question.prompt, question.text
                settings = " ".join(re.findall(r"conv\(([^()]*)\)", net))
                for letter, words in (
                    ("s", "s is the stride"),
                    ("p", "p is the padding"),
                    ("g", "g is the number of groups"),
                ):
                    assert bool(re.search(rf" {letter}\d", settings)) == (words in question.prompt), (
                        letter,
                        question.text,
                    )
                assert ("with stride 1" in question.prompt) == (not re.search(r" s\d", settings))


def test_the_notation_of_sides_is_odd_at_times():
    """Poolings of odd maps are asked about, for they round down."""
    sides = [
        row.input_shapes[0][1]
        for level in (2, 3, 4)
        for question in drawn("net", level)
        for row in parse(question.source.net).report().rows
        if row.name.startswith("pool")
    ]
    assert any(side % 2 for side in sides)
