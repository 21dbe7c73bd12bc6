"""Sizes behind one layer: wrong values are made in torch by the wrong layer, and the words say what the net is."""

import re

import pytest
import torch
from torch import nn
from torch.nn import functional

from course.arithmetic import parse
from course.quiz import Question, draw
from course.quiz.kinds.windows import Window, legend, slips_through

SEEDS = range(60)


def height(module: nn.Module, question: Question, axis: int | None = None) -> int | None:
    """Return the size that a module makes of the question's input, on the axis that is asked for."""
    report = parse(question.source.net).report()
    x = torch.zeros(1, *report.input_shape, device="meta")
    try:
        return module(x).shape[1 + (question.source.axis if axis is None else axis)]
    except RuntimeError:
        return None


def named(question: Question) -> dict[str, int]:
    return {m.name: m.value for m in question.mistakes}


def conv_of(question: Question, **changed: object) -> nn.Module:
    layer = parse(question.source.net).report().rows[0].layer
    settings = {
        "kernel_size": layer.kernel_size,
        "stride": layer.stride,
        "padding": layer.padding,
        "dilation": layer.dilation,
    }
    return nn.Conv2d(1, 8, **(settings | changed), device="meta")


@pytest.mark.parametrize("level", range(1, 6))
def test_wrong_convolutions_give_the_wrong_heights(level):
    seen = set()
    for seed in SEEDS:
        question = draw("conv_size", level, seed)
        wrong = {
            "forgets the padding": conv_of(question, padding=0),
            "forgets the stride": conv_of(question, stride=1),
            "forgets the dilation": conv_of(question, dilation=1),
            "forgets the kernel": None,
        }
        values = named(question)
        right = int(question.answer)
        for name, module in wrong.items():
            if module is None:
                continue
            value = height(module, question)
            if name in values:
                assert values[name] == value, (question.text, name)
                seen.add(name)
            else:  # dropped: it is right, torch refuses it, or an earlier mistake gives it
                assert value in (right, None) or value in values.values(), (question.text, name)
    expected = {1: {"forgets the padding"}, 2: {"forgets the padding", "forgets the stride"}}
    assert seen >= expected.get(level, {"forgets the padding", "forgets the stride", "forgets the dilation"})


def test_padding_one_side_only_is_what_torch_gives_for_it():
    seen = 0
    for seed in SEEDS:
        question = draw("conv_size", 2, seed)
        values = named(question)
        p = parse(question.source.net).report().rows[0].layer.padding[0]
        x = functional.pad(
            torch.zeros(1, *parse(question.source.net).report().input_shape, device="meta"), (0, p, 0, p)
        )
        if "pads on one side only" in values:
            assert conv_of(question, padding=0)(x).shape[2] == values["pads on one side only"]
            seen += 1
    assert seen > 10


def test_the_levels_bring_what_they_promise():
    for seed in SEEDS:
        one, two, four = (draw("conv_size", level, seed) for level in (1, 2, 4))
        assert "stride 1" in one.prompt
        assert "no dilation" in one.prompt
        assert "stride 1," not in two.prompt
        kernel = re.search(r"a (\d+)×(\d+) kernel", four.prompt)
        assert kernel is not None
        assert kernel[1] != kernel[2]
    dilated = [draw("conv_size", 3, seed) for seed in SEEDS]
    assert sum("dilation 1" not in q.prompt for q in dilated) > 10


def test_height_and_width_are_told_apart():
    for level in (4, 5):
        for seed in SEEDS:
            question = draw("conv_size", level, seed)
            other = 3 - question.source.axis
            value = height(conv_of(question), question, other)
            assert named(question).get("mixes up height and width", int(question.answer)) in (
                value,
                int(question.answer),
            )


def test_pooling_with_the_ceiling_says_that_windows_start_inside():
    left_out = 0
    for level in (3, 4, 5):
        for seed in SEEDS:
            question = draw("pool_size", level, seed)
            layer = parse(question.source.net).report().rows[0].layer
            assert (
                "a window that would start behind the image is left out" in question.prompt
            ) == layer.ceil_mode
            assert ("rounded down" in question.prompt) != layer.ceil_mode
            axis = question.source.axis - 1
            n = parse(question.source.net).report().input_shape[1 + axis]
            k, s, p = layer.kernel_size[axis], layer.stride[axis], layer.padding[axis]
            last = -(-(n + 2 * p - k) // s)  # windows begin at 0, s, … last·s on the padded axis
            outside = layer.ceil_mode and last * s >= n + p
            kept = named(question).get("keeps a window that starts outside the image")
            assert kept == (last + 1 if outside else None), question.prompt
            left_out += outside
    assert left_out > 5


def test_rounding_the_wrong_way_is_torchs_other_mode():
    seen = set()
    for level in (3, 4):
        for seed in SEEDS:
            question = draw("pool_size", level, seed)
            layer = parse(question.source.net).report().rows[0].layer
            other = nn.MaxPool2d(
                layer.kernel_size, layer.stride, layer.padding, ceil_mode=not layer.ceil_mode
            )
            name = "rounds down" if layer.ceil_mode else "rounds up"
            if layer.ceil_mode and name in named(question):
                assert named(question)[name] == height(other, question)
                seen.add(name)
            elif name in named(question) and layer.stride[0] <= layer.kernel_size[0] - layer.padding[0]:
                assert named(question)[name] == height(other, question), question.prompt
                seen.add(name)
    assert seen == {"rounds down", "rounds up"}


def test_pools_that_round_up_are_torchs_at_every_level():
    for level in range(1, 6):
        for seed in range(20):
            question = draw("pool_ceil", level, seed)
            report = parse(question.source.net).report()
            pools = [row for row in report.rows if row.name.startswith("pool")]
            assert pools
            assert all(row.layer.ceil_mode for row in pools)
            assert "ceil rounds the number of positions up" in question.prompt


def test_wrong_formulas_speak_of_the_first_window_that_they_miss():
    windows = [Window(3, 1, 1), Window(2, 2, word="pool"), Window(5, 3)]
    by_name = {m.name: m for m in slips_through(33, windows)}
    assert by_name["rounds up"].value == 5  # 33 → 33 → 17 (not 16) → 5
    assert by_name["rounds up"].feedback.startswith("At step 2: ")
    assert by_name["forgets the stride"].value == 33 - 1 - 4
    assert by_name["takes the size to be kept"].value == 33


def test_the_legend_explains_all_and_nothing_else():
    text = legend("3x8x8 > conv(8, 3x3, s2) > add(pool(3, s1, p1), skip) > relu @late")
    for said in (
        "conv(channels, kernel)",
        "pool(k)",
        "add(…, …)",
        "skip is",
        "relu works",
        "s is the stride",
        "p is the padding",
        "no dilation",
        "@late",
    ):
        assert said in text
    for unsaid in ("tconv", "concat", "up(f)", "crop", "d is the dilation", "no padding"):
        assert unsaid not in text
