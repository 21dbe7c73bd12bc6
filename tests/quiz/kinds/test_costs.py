"""Multiply–adds and bytes: each mistake's value is what torch counts for layers that are built wrongly in that way."""

import itertools

import pytest
import torch
from torch import nn

from course.arithmetic import parse
from course.quiz.oracle import made
from tests.quiz.kinds.misbuilt import COSTS, drawn, miscounted, values

LEVELS = (1, 2, 3, 4, 5)


@pytest.mark.parametrize("name", ["conv_cost", "net_cost", "missing_row"])
def test_each_mistake_is_what_torch_counts_for_layers_built_wrongly(name):
    met = set()
    for level in LEVELS:
        for question in drawn(name, level)[: 8 if name == "conv_cost" else 4]:
            source = question.source
            if source.quantity != "multiply_adds":
                continue
            for mistake in question.mistakes:
                if mistake.name in COSTS:
                    assert mistake.value == miscounted(source.net, source.node, mistake.name), (
                        question.text,
                        mistake,
                    )
                    met.add(mistake.name)
    assert met == set(COSTS) if name == "conv_cost" else len(met) >= 6


def outputs(net: str, *, pooled: bool = True) -> list[tuple[str, int]]:
    """Return each layer of torch with the bytes of its output in float32, in order; without poolings if so asked."""
    report = parse(net).report()
    x = torch.zeros(1, *report.input_shape, device="meta")
    found = []
    with torch.device("meta"):
        for row in report.rows:
            layer = made(str(row.layer.torch_line(row.input_shapes[0])))
            if isinstance(layer, nn.MaxPool2d) and not pooled:
                continue
            x = layer.eval()(x)
            found.append((type(layer).__name__, x.numel() * x.element_size()))
    return found


def test_what_training_keeps_is_what_the_layers_of_torch_write():
    for level in LEVELS:
        for question in drawn("activations", level)[:10]:
            kept = outputs(question.source.net)
            assert int(question.answer) == sum(b for _, b in kept)
            relu = sum(b for word, b in kept if word != "ReLU")
            assert values(question, "forgets the outputs of ReLU") in ([relu], [])
            assert values(question, "counts the convolutions only") in (
                [sum(b for word, b in kept if word == "Conv2d")],
                [],
            )
            flat = sum(b for _, b in outputs(question.source.net, pooled=False))
            assert values(question, "forgets the pooling") in ([flat], [])
            for word in ("bn", "relu", "pool"):  # the prompt names the layers that there are
                assert (word in question.source.net) == (word in question.prompt.partition("?")[0])


def test_the_peak_of_a_chain_is_its_worst_pair_of_neighbours():
    for level in (1, 2, 3, 4):
        for question in drawn("peak", level)[:12]:
            report = parse(question.source.net).report()
            first = torch.zeros(1, *report.input_shape).numel() * 4
            alive = [first, *(b for _, b in outputs(question.source.net))]
            pairs = [a + b for a, b in itertools.pairwise(alive)]
            assert int(question.answer) == max(pairs)
            assert values(question, "keeps every output") in ([sum(alive)], [])
            assert values(question, "counts the largest output only") in ([max(alive)], [])


def test_a_residual_block_keeps_its_input_to_the_end():
    met = 0
    for question in drawn("peak", 5):
        report = parse(question.source.net).report()
        c, h, w = report.input_shape
        branch = [row.memory for row in report.rows if row.name in ("conv1", "relu1", "conv2")]
        chain = [4 * c * h * w, *branch]
        early = max([a + b for a, b in itertools.pairwise(chain)])
        assert values(question, "frees the skip too early") in ([early], [])
        met += bool(values(question, "frees the skip too early"))
        assert int(question.answer) >= early
    assert met


def test_a_concatenation_has_the_channels_of_both():
    for question in drawn("memory", 5):
        report = parse(question.source.net).report()
        channels, height, width = report.output_shape
        skip = report.input_shape[0]
        assert height == report.input_shape[1]
        assert int(question.answer) == channels * height * width * 4
        assert values(question, "adds in place of concatenating") in ([skip * height * width * 4], [])
        assert values(question, "forgets the skip connection") in (
            [(channels - skip) * height * width * 4],
            [],
        )
