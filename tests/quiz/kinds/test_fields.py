"""Receptive fields: known ones, words, and wrong values that are the fields of wrong nets."""

import re

import pytest

from course.arithmetic import parse
from course.quiz import KINDS, draw, kinds_of
from course.quiz.asked import Asked, report_of
from course.quiz.candidates import Find
from course.quiz.kinds.fields import field_slips, line, roomy, size_of
from course.quiz.kinds.reach import stacks
from course.quiz.kinds.windows import Window

SEEDS = range(30)
kinds_of()


def named(question):
    return {m.name: m.value for m in question.mistakes}


def test_published_fields():
    """VGG's three 3×3 (7), DnCNN's seventeen (35), Yu & Koltun's context module (67)."""
    assert size_of([Window(3)] * 3) == 7
    assert size_of([Window(3)] * 17) == 35
    assert size_of([Window(3, d=d) for d in (1, 1, 2, 4, 8, 16, 1)]) == 67
    assert Asked(line([Window(3, d=d) for d in (1, 1, 2, 4, 8, 16, 1)]), "whole", "field", 0).value == 67
    assert [size_of([Window(3, 2)] * n) for n in (1, 2, 3)] == [3, 7, 15]


@pytest.mark.parametrize(
    "name",
    [
        "field",
        "field_dilated",
        "field_skip",
        "layers_needed",
        "field_pick",
        "field_rank",
        "field_pool_or_stride",
    ],
)
def test_every_question_says_how_rows_count(name):
    for level in KINDS[name].levels:
        assert (
            "from the first to the last input row that one output value depends on, rows skipped in between included, borders apart"
            in draw(name, level, 0).prompt
        )


@pytest.mark.parametrize("name", ["field", "field_dilated", "jump", "field_skip", "layers_needed"])
def test_the_field_of_a_middle_value_lies_whole_inside_the_input(name):
    for level in range(1, 6):
        for seed in range(8):
            source = draw(name, level, seed).source
            net = source.net(source.value) if isinstance(source, Find) else source.net
            last = report_of(net).rows[-1].field
            middle = [n // 2 for n in last.output_size]
            assert not any(extent.clipped for extent in last.at(middle)), net
            assert not last.at([middle[0] - 1, middle[1]])[0].clipped, net


def test_roomy_is_roomy_for_all_it_is_given():
    assert roomy([Window(3)], [Window(11, 4), Window(3, 2)]) >= roomy([Window(11, 4), Window(3, 2)])


@pytest.mark.parametrize("level", range(2, 6))
def test_wrong_values_are_the_fields_of_wrong_nets(level):
    seen = set()
    for seed in SEEDS:
        question = draw("field", level, seed)
        net = question.code
        head, *steps = net.split(" > ")
        wrong = {
            "forgets the strides": re.sub(r"pool\((\d)\)", r"pool(\1, s1)", re.sub(r", s\d", ", s1", net)),
            "forgets the dilation": re.sub(r", d\d", "", net),
            "leaves out the pooling": " > ".join([head, *(s for s in steps if not s.startswith("pool"))]),
            "forgets the pooling's stride": re.sub(r"pool\((\d)(, s\d)?(, p\d)?\)", r"pool(\1, s1\3)", net),
        }
        for name, other in wrong.items():
            if name in named(question):
                assert Asked(other, "whole", "field", 0).value == named(question)[name], (net, name)
                seen.add(name)
    assert len(seen) >= (1 if level == 2 else 2)


def test_strides_and_dilation_come_with_the_levels():
    for seed in SEEDS:
        assert not re.search(r", [sd]\d", draw("field", 1, seed).code)
        assert "pool" not in draw("field", 2, seed).code
        assert "pool" in draw("field", 3, seed).code
    assert sum(", d" in draw("field", 4, seed).code for seed in SEEDS) > 5
    assert all("begins as" in draw("field", 5, seed).prompt for seed in SEEDS)


def test_the_jump_is_how_far_the_input_of_neighbours_lies_apart():
    for level in range(1, 6):
        for seed in range(12):
            question = draw("jump", level, seed)
            last = report_of(question.code).rows[-1].field
            here, next_ = last.at((1, 1))[0], last.at((2, 1))[0]
            assert next_.start - here.start == int(question.answer)
            assert named(question).get("gives the receptive field", last.size[0]) == last.size[0]


def test_each_layer_more_makes_the_field_larger():
    for level in range(1, 6):
        for seed in range(6):
            source = draw("layers_needed", level, seed).source
            fields = [source.candidate(count).value for count in range(1, source.value + 2)]
            assert fields == sorted(set(fields))
            assert (
                f"{source.candidate(source.value).value} rows high"
                in draw("layers_needed", level, seed).prompt
            )


def test_every_wrong_stack_has_the_field_by_the_mistake_it_names():
    named_ones = 0
    for level in range(1, 6):
        for seed in range(8):
            question = draw("field_pick", level, seed)
            target = int(re.search(r"of just (\d+) rows", question.prompt)[1])
            for option in question.form.options:
                if option.right:
                    continue
                windows = [
                    w for w in stacks(level) if f"`{' > '.join(x.notation() for x in w)}`" == option.text
                ]
                assert len(windows) == 1
                assert size_of(windows[0]) != target
                values = {m.name: m.value for m in field_slips(windows[0])}
                assert values[option.mistake] == target
                named_ones += 1
    assert named_ones > 80


def test_ranks_have_an_order_and_come_closer_at_no_level_to_a_tie():
    for level in range(1, 6):
        for seed in range(8):
            question = draw("field_rank", level, seed)
            values = [report_of(c.net).rows[-1].field.size[0] for c in question.source.candidates]
            assert len(set(values)) == len(values) == (3 if level < 3 else 4)


def test_the_open_layer_is_won_by_one():
    rules = set()
    for level in range(1, 6):
        for seed in range(8):
            question = draw("field_pool_or_stride", level, seed)
            assert question.code.count("…") == 1
            for candidate in question.source.candidates:
                assert candidate.net == question.code.replace("…", candidate.text.strip("`"))
            assert all(o.right or o.mistake for o in question.form.options)
            rules.add(question.source.rule)
    assert rules == {"most", "least"}


def test_dilations_are_said_in_their_order():
    for level in range(1, 6):
        for seed in SEEDS:
            question = draw("field_dilated", level, seed)
            rows = parse(question.source.net).report().rows
            told = [str(row.layer.dilation[0]) for row in rows]
            assert f"dilations {', '.join(told[:-1])} and {told[-1]}," in question.prompt
