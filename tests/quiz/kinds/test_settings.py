"""Questions the other way round: the setting is the only one, and the numbers that mistakes lead to are what they say."""

import re

import pytest

from course.arithmetic import parse
from course.quiz import draw
from course.quiz.asked import report_of

SEEDS = range(30)


def named(question):
    return {m.name: m.value for m in question.mistakes}


def heights(find, settings):
    found = []
    for setting in settings:
        candidate = find.candidate(setting)
        found.append(candidate.value)
    return found


@pytest.mark.parametrize("name", ["same_padding", "find_stride", "find_dilation"])
@pytest.mark.parametrize("level", range(1, 6))
def test_no_other_setting_makes_the_same_height(name, level):
    """Wider than ``among``, which names the neighbours only because the height moves one way."""
    for seed in range(12):
        find = draw(name, level, seed).source
        given = find.candidate(find.value).value
        alike = [
            v
            for v in range(0 if name == "same_padding" else 1, find.value + 5)
            if find.candidate(v).value == given
        ]
        assert alike[0] == find.value
        assert find.least or alike == [find.value]


def test_the_height_moves_one_way():
    for level in range(1, 6):
        for seed in range(6):
            dilations = heights(draw("find_dilation", level, seed).source, range(1, 8))
            known = [h for h in dilations if h is not None]
            assert known == sorted(set(known), reverse=True)
            strides = heights(draw("find_stride", level, seed).source, range(1, 9))
            assert strides == sorted(strides, reverse=True)


def test_same_padding_keeps_the_height_and_halves_it_at_level_five():
    for level in range(1, 6):
        for seed in SEEDS:
            question = draw("same_padding", level, seed)
            report = report_of(question.source.net(question.source.value))
            n = report.input_shape[1]
            assert report.output_shape[1] == (n // 2 if level == 5 else n)
            assert f"{n}×" in question.prompt
            if level == 5:
                less = report_of(question.source.net(question.source.value - 1)).output_shape[1]
                assert less < n // 2


def test_forgetting_the_dilation_keeps_the_size_of_the_kernel_without_it():
    seen = 0
    for seed in SEEDS:
        question = draw("same_padding", 3, seed)
        if "forgets the dilation" in named(question):
            net = question.source.net(named(question)["forgets the dilation"])
            plain = parse(re.sub(r", d\d", "", net)).report()
            assert plain.output_shape[1] == plain.input_shape[1]
            seen += 1
    assert seen > 5


def test_what_is_left_over_is_what_a_smaller_image_would_spare():
    """Cutting as many rows as are left over changes nothing; one more loses a position."""
    for seed in SEEDS:
        question = draw("unread", 1, seed)
        report = parse(question.source.net).report()
        n, rest = report.input_shape[1], int(question.answer) // 2  # rows and columns are alike at level 1
        net = question.source.net.partition(" > ")[2]
        assert report_of(f"3x{n - rest}x{n - rest} > {net}").output_shape == report.output_shape
        assert report_of(f"3x{n - rest - 1}x{n} > {net}").output_shape[1] == report.output_shape[1] - 1


def test_one_side_alone_fits_and_the_wrong_ones_have_beliefs():
    names = set()
    for level in range(1, 6):
        for seed in range(10):
            question = draw("fitting_input", level, seed)
            sides = [int(o.text.split("×")[0]) for o in question.form.options]
            for side, option in zip(sides, question.form.options, strict=True):
                layers = report_of(f"3x{side}x{side} > {question.code}").rows
                even = all(
                    (row.input_shapes[0][1] + 2 * on(row.layer.padding) - on(row.layer.kernel_size))
                    % on(row.layer.stride)
                    == 0
                    for row in layers
                )
                assert even == option.right
                assert option.right or option.mistake
                names.add(option.mistake)
    assert len(names - {""}) >= 5


def on(setting):
    return setting if isinstance(setting, int) else setting[0]
