"""Designs that are compared do the same, and the wrong ones are wrong for the reason they name."""

import re
from fractions import Fraction
from math import isqrt

import pytest
import torch
from torch import nn

from course.arithmetic import parse
from course.quiz.oracle import by_torch
from tests.quiz.kinds.misbuilt import PARAMETERS, drawn, layers, misbuilt, size, values

LEVELS = (1, 2, 3, 4, 5)


@pytest.mark.parametrize("name", ["cheaper", "fewest_parameters"])
def test_designs_take_the_same_input_to_the_same_output(name):
    for level in LEVELS:
        for question in drawn(name, level):
            shapes = {parse(c.net).report().output_shape for c in question.source.candidates}
            same = {shape if len(shape) == 3 else (shape[0],) for shape in shapes}
            assert len(same) == 1, (question.text, shapes)
            assert len({c.net.partition(" > ")[0] for c in question.source.candidates}) == 1
            assert len(question.source.candidates) == len(question.form.options)


@pytest.mark.parametrize("name", ["cheaper", "fewest_parameters"])
def test_no_design_wins_always(name):
    """A student who always chooses the same kind of design must fail: every kind of winner has a loser of its kind."""
    won, lost = set(), set()
    for level in LEVELS:
        for question in drawn(name, level, 40):
            for option in question.form.options:
                word = option.text.split(",")[0].split(" convolution")[0].lstrip("an ").removeprefix("one ")
                (won if option.right else lost).add(word.split(" to ")[0])
    assert len(won & lost) >= 3, (won, lost)


def test_savings_are_quotients_of_what_torch_counts():
    for level in LEVELS:
        for question in drawn("saving", level):
            source = question.source
            first, second = by_torch(source.asked), by_torch(source.over)
            ratio = Fraction(first, second)
            assert abs(ratio - Fraction(question.answer)) < Fraction(1, 10**5)
            turned = values(question, "turns the quotient round")
            assert not turned or abs(turned[0] - second / first) < 1e-3
            assert parse(source.net).report().output_shape == parse(source.over.net).report().output_shape


def test_lookalikes_have_the_number_by_the_mistake_they_name():
    met = set()
    for level in LEVELS:
        for question in drawn("which_layer", level):
            target = question.source.target
            for candidate in question.source.candidates:
                if not candidate.mistake:
                    assert by_torch(candidate.asked) == target
                    continue
                assert by_torch(candidate.asked) not in (None, target)
                if candidate.mistake in ("counts one number a map for batch normalisation", *PARAMETERS):
                    assert misbuilt(candidate.net, "whole", candidate.mistake) == target, candidate
                    met.add(candidate.mistake)
    assert len(met) >= 7, met


def test_the_order_on_display_is_not_the_answer():
    for level in LEVELS:
        for question in drawn("rank_cost", level):
            costs = [by_torch(question.source.candidates[0].asked)]
            assert costs[0]
            assert list(question.form.right) != sorted(question.form.right)
            assert len(question.form.items) == (3, 3, 4, 5, 5)[level - 1]


def test_numbers_that_belong_to_no_layer_come_from_a_named_mistake():
    for level in LEVELS:
        for question in drawn("match_parameters", level):
            form = question.form
            loose = [i for i in range(len(form.right)) if i not in form.pairs]
            assert loose or level < 3
            assert all(form.whys[i].startswith("None of them") for i in loose)


@pytest.mark.parametrize(
    ("name", "levels"), [("find_channels", LEVELS), ("find_kernel", LEVELS), ("find_units", LEVELS)]
)
def test_totals_grow_with_the_setting(name, levels):
    """So that no setting but the one asked for gives the total, though a kind compares only its neighbours."""
    for level in levels:
        for question in drawn(name, level)[:3]:
            source = question.source
            odd = name == "find_kernel" and level == 3  # padding keeps the size for odd kernels only
            settings = range(1, 16, 2) if odd else range(1, 16)
            totals = [source.candidate(setting).asked.value for setting in settings]
            assert totals == sorted(set(totals)), question.text
            assert source.candidate(source.value).asked.value == by_torch(
                source.candidate(source.value).asked
            )


def test_one_unit_has_its_weights_and_its_bias():
    for level in (2, 3, 4):
        for question in drawn("find_units", level):
            with torch.device("meta"):
                first, last = (layer for layer, _ in layers(question.source.net(1)))
            assert values(question, "gives the parameters of one unit") in (
                [size(first) + last.weight.numel()],
                [],
            )
            assert isinstance(last, nn.Linear)


def test_wrong_settings_come_from_the_total_of_the_prompt():
    """The total that the wrong formulas start from is the one that the arithmetic put into the prompt."""
    for question in drawn("find_units", 5):
        total = int(re.search(r"has ([\d,]+) parameters in all", question.prompt)[1].replace(",", ""))
        assert values(question, "takes the root of the whole") in ([isqrt(total)], [])
    for question in drawn("find_channels", 4):
        total = int(re.search(r"costs ([\d,]+) multiply", question.prompt)[1].replace(",", ""))
        conv = layers(question.source.net(1))[0][0]
        alone = total // (conv.in_channels * conv.kernel_size[0] ** 2)
        assert values(question, "forgets the positions") in ([alone], [])
