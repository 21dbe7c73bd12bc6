"""Parameters of single layers: each mistake's value is what torch counts for layers that are built wrongly in that way."""

import re

import pytest
import torch
from torch import nn

from course.quiz.dice import Dice
from course.quiz.forms import Illposed
from course.quiz.registry import KINDS, kinds_of
from tests.quiz.kinds.misbuilt import (
    CHOICES,
    MAIN,
    NUMBERS,
    PARAMETERS,
    drawn,
    layers,
    misbuilt,
    size,
    values,
)

kinds_of()
LAYERS = ("dense", "mlp", "conv", "pointwise", "grouped", "separable", "transposed", "conv_bn")
LEVELS = (1, 2, 3, 4, 5)


@pytest.mark.parametrize("name", LAYERS)
def test_each_mistake_is_what_torch_counts_for_layers_built_wrongly(name):
    met = set()
    for level in LEVELS:
        for question in drawn(name, level)[:4]:
            source = question.source
            for mistake in question.mistakes:
                if mistake.name in PARAMETERS:
                    assert mistake.value == misbuilt(source.net, source.node, mistake.name), (
                        question.text,
                        mistake,
                    )
                    met.add(mistake.name)
    assert len(met) >= (5 if name in ("dense", "mlp") else 8)


@pytest.mark.parametrize("name", [*NUMBERS, *CHOICES])
def test_every_kind_has_five_levels_many_questions_and_few_throws_in_vain(name):
    assert KINDS[name].levels == LEVELS
    for level in LEVELS:
        told, vain = set(), 0
        for seed in range(110):
            dice = Dice(f"{name} {level} {seed}")
            try:
                made = KINDS[name].make(dice, level)
                if seed < 20:
                    made.question("n", name, "t", level, 5, dice)
            except Illposed:
                vain += 1
                continue
            given = str(getattr(made, "value", "")) + str(getattr(made, "candidates", ""))
            told.add(
                made.prompt
                + str("" if callable(getattr(made, "net", "")) else getattr(made, "net", ""))
                + given
            )
        assert len(told) >= 65, (level, len(told))  # then a thousand seeds give 200 or more
        assert vain <= 22, (level, vain)


@pytest.mark.parametrize("name", NUMBERS)
def test_a_kind_knows_many_mistakes_and_nearly_every_question_three(name):
    questions = [q for level in LEVELS for q in drawn(name, level)]
    names = {m.name for q in questions for m in q.mistakes}
    assert len(names) >= (8 if name in MAIN else 4)
    assert sum(len(q.mistakes) < 3 for q in questions) <= len(questions) // 20


@pytest.mark.parametrize("name", NUMBERS)
def test_no_feedback_states_the_right_number(name):
    """What the question says itself may be said again; short numbers, such as a side of 6, meet by chance."""
    for level in LEVELS:
        for question in drawn(name, level):
            told = re.findall(r"\d+(?:\.\d+)?", question.text.replace(",", ""))
            for mistake in question.mistakes:
                numbers = re.findall(r"\d+(?:\.\d+)?", mistake.feedback.replace(",", ""))
                given_away = len(question.answer) > 2 and question.answer in numbers
                assert not given_away or question.answer in told, (question.text, mistake)


def test_one_name_means_one_mistake():
    """Class statistics count names: no two names may differ in letters that a reader overlooks."""
    names = {m.name for name in NUMBERS for level in LEVELS for q in drawn(name, level) for m in q.mistakes}
    plain = [re.sub(r"[^a-z0-9×]", "", n.casefold().removesuffix(" too")) for n in names]
    assert len(set(plain)) == len(plain)


@pytest.mark.parametrize("name", ["dense", "mlp", "conv", "separable", "conv_cost", "net", "net_cost"])
def test_levels_get_harder(name):
    """The answers of a level are larger than those of the one below it, or the nets longer, on the whole."""

    def middle(level):
        return sorted(int(q.answer) for q in drawn(name, level))[8]

    assert middle(1) < middle(3) < middle(5) or len(drawn(name, 5)[0].source.net) > 2 * len(
        drawn(name, 1)[0].source.net
    )


def test_counting_each_weight_twice_leaves_the_biases_alone():
    without = 0
    for level in LEVELS:
        for question in drawn("dense", level):
            layer = layers(question.source.net)[-1][0]
            doubled = 2 * layer.weight.numel() + (0 if layer.bias is None else layer.bias.numel())
            assert doubled in {m.value for m in question.mistakes}, question.prompt
            assert values(question, "counts each weight twice") in ([doubled], [])
            without += layer.bias is None
    assert without


def test_what_a_dense_layer_reads_is_the_flattened_image():
    for level in (3, 4, 5):
        for question in drawn("dense", level):
            layer = layers(question.source.net)[-1][0]
            channels, height, width = (
                int(n) for n in re.match(r"(\d+)x(\d+)x(\d+)", question.source.net).groups()
            )
            bias = layer.bias is not None
            if level == 5:
                height, width = nn.MaxPool2d(2)(torch.zeros(1, 1, height, width)).shape[2:]
            for name, inputs in (
                ("forgets the channels of the image", height * width),
                ("flattens to one number a map", channels),
                ("forgets the flattening", width),
            ):
                wrong = size(nn.Linear(inputs, layer.out_features, bias=bias, device="meta"))
                assert values(question, name) in ([wrong], []), (question.text, name)


def test_forgotten_layers_of_a_perceptron_are_layers_of_torch():
    for level in LEVELS:
        for question in drawn("mlp", level):
            first, *_, last = (layer for layer, _ in layers(question.source.net))
            right = int(question.answer)
            assert values(question, "forgets the output layer") in ([right - size(last)], [])
            assert values(question, "forgets the first hidden layer") in ([right - size(first)], [])
            direct = nn.Linear(first.in_features, last.out_features, bias=False)
            assert values(question, "connects the inputs to the outputs") in ([right + size(direct)], [])


def test_normalisation_replaces_biases():
    for question in drawn("batch_norm", 5):
        normed = [layer for layer, _ in layers(question.source.net) if isinstance(layer, nn.BatchNorm2d)]
        gained = sum(size(layer) for layer in normed)
        lost = sum(layer.num_features for layer in normed)
        assert int(question.answer) == gained - lost
        assert values(question, "keeps the biases") == [gained]


def test_folded_convolutions_compute_the_same():
    """A convolution and its normalisation in evaluation mode are one convolution with biases, as the question says."""
    folded = [q for q in drawn("conv_bn", 5) if "folded" in q.prompt]
    assert folded
    conv, norm = nn.Conv2d(3, 4, 3, bias=False), nn.BatchNorm2d(4).eval()
    for tensor in (norm.weight, norm.bias, norm.running_mean, norm.running_var):
        nn.init.uniform_(tensor, 0.5, 2)
    scale = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    one = nn.Conv2d(3, 4, 3)
    one.weight.data, one.bias.data = (
        conv.weight * scale[:, None, None, None],
        norm.bias - norm.running_mean * scale,
    )
    x = torch.randn(2, 3, 8, 8)
    assert torch.allclose(one(x), norm(conv(x)), atol=1e-5)
    for question in folded:
        ((layer, _),) = layers(question.source.net)
        assert layer.bias is not None
        assert int(question.answer) == size(layer)
        assert values(question, "keeps γ and β") == [
            size(layer) - layer.out_channels + 2 * layer.out_channels
        ]
