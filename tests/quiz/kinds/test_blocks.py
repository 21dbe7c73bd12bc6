"""Blocks of known nets: mistakes in how their branches are joined, built in torch."""

import re

import pytest
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


@pytest.mark.parametrize("name", ["residual_block", "inception_module", "dense_block"])
def test_each_mistake_is_what_torch_counts_for_layers_built_wrongly(name):
    met = set()
    for level in LEVELS:
        for question in drawn(name, level)[:5]:
            for mistake in question.mistakes:
                if mistake.name in PARAMETERS:
                    assert mistake.value == misbuilt(question.source.net, "whole", mistake.name), (
                        question.text,
                        mistake,
                    )
                    met.add(mistake.name)
    assert len(met) >= 7


def branches(net: str) -> list[str]:
    """Return the branches of the join that a block begins with."""
    found, depth = [""], 0
    for letter in net[net.index("(") + 1 :]:
        depth += (letter == "(") - (letter == ")")
        if depth < 0:
            break
        if letter == "," and depth == 0:
            found.append("")
        else:
            found[-1] += letter
    return [branch.strip() for branch in found]


@pytest.mark.parametrize("level", [3, 5])
def test_a_forgotten_projection_is_an_identity(level):
    for question in drawn("residual_block", level):
        net = question.source.net
        main, short = branches(net)
        shape = net.partition(" > ")[0]
        assert counted(f"{shape} > {main}") + counted(f"{shape} > {short}") == int(question.answer)
        assert values(question, "forgets the projection") == [counted(f"{shape} > {main}")]
        conv, norm = (layer for layer, _ in layers(f"{shape} > {short}"))
        assert conv.kernel_size == (1, 1)
        assert values(question, "forgets the normalisation of the projection") in (
            [int(question.answer) - size(norm)],
            [],
        )


@pytest.mark.parametrize("level", [1, 2, 4])
def test_the_last_convolution_is_forgotten_with_its_normalisation(level):
    for question in drawn("residual_block", level):
        found = [layer for layer, _ in layers(question.source.net)]
        last = max(i for i, layer in enumerate(found) if isinstance(layer, nn.Conv2d))
        assert values(question, "forgets the last convolution") in ([size(*found[:last])], [])


def test_modules_add_up_over_branches_that_read_the_same():
    for level in LEVELS:
        for question in drawn("inception_module", level)[:10]:
            net = question.source.net
            shape, channels = net.partition(" > ")[0], int(net.partition("x")[0])
            parts = branches(net)
            assert sum(counted(f"{shape} > {part}") for part in parts) == int(question.answer)
            behind, chained = channels, 0  # the branches with convolutions, one behind the other
            for part in parts:
                if "pool" not in part:
                    chained += counted(
                        f"{behind}x9x9 > {part.replace(f'conv({channels},', f'conv({behind},', 1)}"
                    )
                    behind = int(re.findall(r"conv\(\d+, (\d+)", part)[-1])
            pools = sum(counted(f"{shape} > {part}") for part in parts if "pool" in part)
            assert values(question, "runs the branches one after another") in ([chained + pools], []), net


def test_dense_blocks_without_growth_read_their_input_only():
    for level in (1, 2, 3, 4):
        for question in drawn("dense_block", level)[:10]:
            shape, _, rest = question.source.net.partition(" > ")
            first = re.match(r"concat\(skip, (.*?)\)(?: > concat|$)", rest)[1]
            count = rest.count("concat(")
            one = counted(f"{shape} > {first}")
            assert values(question, "forgets the concatenation") == [count * one], question.source.net
            grown = parse(question.source.net).report().output_shape[0] - int(shape.partition("x")[0])
            assert f"growth rate is {grown // count}." in question.prompt


def test_a_transition_halves_the_channels():
    for question in drawn("dense_block", 5):
        net = question.source.net
        block = net.rpartition(" > bn > relu > conv(")[0]
        assert values(question, "forgets the transition") in ([counted(block)], [])
        report = parse(block).report()
        assert parse(net).report().output_shape[0] == report.output_shape[0] // 2
