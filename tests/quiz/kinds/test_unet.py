"""U-Nets: the published sizes, and the net in the words is the net that is computed."""

import pytest

from course.arithmetic import Conv
from course.quiz import draw
from course.quiz.asked import Asked, report_of
from course.quiz.kinds.unet import Shape

PUBLISHED = Shape(depth=4, convs=2, k=3, bottom=32)
SEEDS = range(12)


def named(question):
    return {m.name: m.value for m in question.mistakes}


def test_the_published_net_goes_from_572_to_388():
    assert PUBLISHED.input == 572
    assert Asked(PUBLISHED.net(2), "whole", "shape", 1).value == 388
    assert PUBLISHED.skips == [568, 280, 136, 64]
    assert [PUBLISHED.grown(level) for level in range(4)] == [392, 200, 104, 56]
    unpadded = [row for row in report_of(PUBLISHED.net(2)).rows if isinstance(row.layer, Conv)]
    assert len(unpadded) == 18  # with 4 up-convolutions and the last 1×1 the paper's 23


def test_the_published_net_is_among_the_questions():
    prompts = {draw("unet_output", 5, f"published {seed}").prompt for seed in range(400)}
    assert any("two 3×3 convolutions" in p and "572×572" in p for p in prompts)


@pytest.mark.parametrize(
    "shape", [Shape(1, 1, 3, 9), Shape(2, 2, 5, 30), Shape(3, 1, 5, 21), Shape(4, 2, 3, 40)]
)
def test_skips_and_ways_up_are_those_of_the_net(shape):
    report = report_of(shape.net(2))
    assert report.input_shape[1] == shape.input
    for level in range(shape.depth):
        join = report[f"concat{shape.depth - level}"]
        assert report[f"e{level}"].output_shape[1] == shape.skips[level]
        assert join.output_shape[1] == shape.grown(level)
    assert not any(row.input_shapes[0][1] % 2 for row in report.rows if row.name.startswith("pool"))


def test_the_crop_is_what_the_whole_net_cuts():
    for level in range(1, 6):
        for seed in SEEDS:
            question = draw("unet_crop", level, seed)
            node = question.source.node
            short, up = question.source.net, question.source.minus.node
            difference = report_of(short)[node].output_shape[1] - report_of(short)[up].output_shape[1]
            assert int(question.answer) == difference
            assert named(question)["counts one side only"] * 2 == difference


def test_a_padded_net_would_keep_the_size_that_is_taken_to_be_kept():
    for seed in SEEDS:
        question = draw("unet_output", 3, seed)
        n = report_of(question.source.net).input_shape[1]
        assert named(question)["takes the size to be kept"] == n
        assert f"{n}×{n}" in question.prompt


def test_only_the_fitting_side_halves_exactly_and_runs():
    for level in range(1, 6):
        for seed in SEEDS:
            question = draw("unet_valid", level, seed)
            assert all(option.right or option.mistake for option in question.form.options)
            for candidate in question.source.candidates:
                value = candidate.value
                right = next(o.right for o in question.form.options if o.text == candidate.text)
                assert (value == 0) == right


def test_channels_are_the_sum_of_what_is_joined():
    for level in range(1, 6):
        for seed in range(30):
            question = draw("unet_channels", level, seed)
            join = report_of(question.source.net)["concat1"]
            parts = [shape[0] for shape in join.input_shapes]
            assert int(question.answer) == sum(parts)
            assert named(question).get("adds the maps up instead of concatenating", max(parts)) == max(parts)
            assert named(question).get("forgets what comes from below", sum(parts[:-1])) == sum(parts[:-1])
