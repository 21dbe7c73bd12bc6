"""Sizes through stacks, up-sampling, flattening and windows: wrong values are made by the wrong net in torch."""

import re

import pytest
import torch
from torch import nn

from course.arithmetic import parse
from course.quiz import draw
from course.quiz.asked import Asked
from course.quiz.drafts import Draft
from course.quiz.kinds import stacks
from course.quiz.oracle import by_torch

SEEDS = range(40)


def named(question):
    return {m.name: m.value for m in question.mistakes}


def modules(net):
    report = parse(net).report()
    layers = [eval(row.layer.torch_line(row.input_shapes[0]), {"nn": nn}) for row in report.rows]
    return nn.Sequential(*layers).to("meta"), torch.zeros(1, *report.input_shape, device="meta")


@pytest.mark.parametrize("level", range(1, 5))
def test_leaving_the_last_step_or_the_pooling_out_is_a_shorter_net(level):
    seen = set()
    for seed in SEEDS:
        question = draw("shape_through", level, seed)
        head, _, steps = question.code.partition(" > ")
        parts = steps.split(" > ")
        wrong = {
            "forgets the last step": parts[:-1],
            "leaves out the pooling": [p for p in parts if not p.startswith("pool")],
        }
        for name, left in wrong.items():
            if name in named(question):
                value = by_torch(Asked(" > ".join([head, *left]), "whole", "shape", question.source.axis))
                assert named(question)[name] == value, question.code
                seen.add(name)
    assert len(seen) == (1 if level == 1 else 2)  # at level 1 the last step is the only pooling


def test_level_five_names_the_net_it_is_taken_from():
    names = {re.search(r"windows of ([^(]+) \(", draw("shape_through", 5, seed).prompt)[1] for seed in SEEDS}
    assert len(names) >= 4


@pytest.mark.parametrize("level", range(1, 6))
def test_flattening_mistakes_are_what_torch_has_before_flattening(level):
    for seed in SEEDS:
        question = draw("flattened", level, seed)
        net, x = modules(question.code)
        maps = net[:-1](x)
        _, c, h, w = maps.shape
        assert int(question.answer) == c * h * w
        expected = {
            "forgets the channels": h * w,
            "multiplies by one side only": c * h,
            "counts maps instead of values": c,
        }
        if level > 1:
            expected["forgets the last pooling"] = net[:-2](x).numel()
        for name, value in expected.items():
            assert named(question).get(name, value) == value, question.code
        assert (
            "adds the sides" in named(question) or h * w == h + w or c * (h + w) in named(question).values()
        )


def test_adaptive_pooling_does_not_depend_on_the_side():
    for level in (1, 2, 3, 4, 5):
        for seed in SEEDS:
            question = draw("adaptive", level, seed)
            net, x = modules(question.code)
            larger = torch.zeros(1, x.shape[1], x.shape[2] + 9, x.shape[3] + 14, device="meta")
            assert net(larger).shape == net(x).shape == (1, int(question.answer))


def test_patches_are_counted_by_unfolding_the_image():
    for level in (1, 2, 3, 4):
        for seed in SEEDS:
            question = draw("patches", level, seed)
            k, height, width = (
                int(re.search(pattern, question.prompt)[1])
                for pattern in (r"every (\d+)×", r"image of (\d+)×", r"image of \d+×(\d+)")
            )
            s = re.search(r"moved by (\d+)", question.prompt)
            image = torch.zeros(1, 1, height, width, device="meta")
            assert nn.functional.unfold(image, k, stride=int(s[1])).shape[-1] == int(question.answer)


def test_9604_windows_of_3x3_in_100x100_are_among_what_is_asked():
    class Loaded:
        """Dice that fall as told, then on the first face."""

        def __init__(self, *faces):
            self.faces = list(faces)

        def pick(self, choices):
            face = self.faces.pop(0) if self.faces else choices[0]
            assert face in choices
            return face

    draft = stacks.patches(Loaded(100, 3), 1)
    assert isinstance(draft, Draft)
    assert draft.asked.value == 98**2 == 9604


@pytest.mark.parametrize("level", range(2, 6))
def test_forgetting_crop_or_pooling_is_the_net_without_it(level):
    seen = set()
    for seed in SEEDS:
        question = draw("up_size", level, seed)
        for name, gone in (
            ("forgets the cropping", r" > crop\(\d\)"),
            ("forgets the pooling", r" > pool\(2\)"),
        ):
            if name in named(question):
                net = re.sub(gone, "", question.code)
                assert net != question.code
                assert by_torch(Asked(net, "whole", "shape", 1)) == named(question)[name], question.code
                seen.add(name)
    assert "forgets the cropping" in seen


@pytest.mark.parametrize("level", range(1, 5))
def test_wrong_transposed_convolutions_give_the_wrong_heights(level):
    seen = set()
    for seed in SEEDS:
        question = draw("transposed_size", level, seed)
        report = parse(question.source.net).report()
        layer = report.rows[0].layer
        x = torch.zeros(1, *report.input_shape, device="meta")
        settings = {
            "kernel_size": layer.kernel_size, "stride": layer.stride, "padding": layer.padding,
            "output_padding": layer.output_padding, "dilation": layer.dilation,
        }  # fmt: skip
        wrong = {
            "forgets the padding": settings | {"padding": 0},
            "forgets the output padding": settings | {"output_padding": 0},
            "forgets the dilation": settings | {"dilation": 1},
            "forgets the kernel": settings | {"kernel_size": 1},
        }
        for name, changed in wrong.items():
            if name in named(question):
                made = nn.ConvTranspose2d(x.shape[1], 4, **changed, device="meta")(x)
                assert made.shape[2] == named(question)[name], (question.prompt, name)
                seen.add(name)
        if "goes the wrong way" in named(question):
            del settings["output_padding"]
            made = nn.Conv2d(x.shape[1], 4, **settings, device="meta")(x)
            assert made.shape[2] == named(question)["goes the wrong way"]
            seen.add("goes the wrong way")
    assert seen >= (
        {"forgets the kernel", "goes the wrong way"}
        if level == 1
        else {"forgets the padding", "goes the wrong way"}
    )
