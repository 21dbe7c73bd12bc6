"""What cannot run, and what can be joined: every option is tried, and each wrong one has its belief."""

import re
from collections import Counter

import pytest

from course.arithmetic import LayerError
from course.quiz import draw
from course.quiz.asked import report_of

SEEDS = range(40)


def runs(net):
    try:
        report_of(net)
    except LayerError:
        return False
    return True


@pytest.mark.parametrize("name", ["impossible", "possible_join"])
@pytest.mark.parametrize("level", range(1, 6))
def test_as_many_are_right_as_the_words_say(name, level):
    counts = Counter()
    for seed in SEEDS:
        question = draw(name, level, seed)
        right = sum(o.right for o in question.form.options)
        counts[right] += 1
        assert ("choose all" in question.prompt) == (level > 3) == question.form.several
        assert len(question.form.options) == {1: 3, 2: 4, 3: 4}.get(level, 5)
        for option in question.form.options:
            assert option.right or option.mistake, option
    assert set(counts) == ({1} if level < 4 else {1, 2, 3})


def test_what_is_impossible_says_why():
    reasons = Counter()
    for level in range(1, 6):
        for seed in SEEDS:
            question = draw("impossible", level, seed)
            head = re.search(r"(\d+) channels of (\d+)×(\d+)", question.prompt)
            for option in question.form.options:
                net = f"{head[1]}x{head[2]}x{head[3]} > {option.text.strip('`')}"
                assert runs(net) != option.right
                if option.right:
                    assert "impossible: " in option.why
                    reasons[
                        next(
                            (
                                w
                                for w in ("spans", "groups", "expects", "join", "leaves nothing", "flattened")
                                if w in option.why
                            ),
                            option.why,
                        )
                    ] += 1
    assert set(reasons) == {"spans", "groups", "expects", "join", "leaves nothing", "flattened"}, reasons


def test_what_can_be_joined_keeps_size_and_for_a_sum_the_channels():
    joins = set()
    for level in range(1, 6):
        for seed in SEEDS:
            question = draw("possible_join", level, seed)
            head, _, rest = question.code.partition(" > ")
            c, n, _ = map(int, head.split("x"))
            how = rest.partition("(")[0]
            joins.add(how)
            for option in question.form.options:
                shape = report_of(f"{head} > {option.text.strip('`')}").output_shape
                fits = shape[1:] == (n, n) and (how == "concat" or shape[0] == c)
                assert fits == option.right, (question.code, option.text)
    assert joins == {"add", "concat"}
