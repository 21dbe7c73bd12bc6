"""Fields where paths meet: the widest path, the shortest, and paths that look to different sides."""

import re

import pytest

from course.quiz import draw
from course.quiz.asked import Asked, report_of

SEEDS = range(30)


def named(question):
    return {m.name: m.value for m in question.mistakes}


def paths(code):
    """Return a net with one join as chains, one for each of its branches."""
    start = re.search(r"(?:add|concat)\(", code).end()
    branches, depth, begin = [], 0, start
    for i in range(start, len(code)):
        if code[i] in ",)" and depth == 0:
            branches.append(code[begin:i].strip())
            begin = i + 1
            if code[i] == ")":
                break
        depth += (code[i] == "(") - (code[i] == ")")
    head, tail = code[:start].rpartition(" > ")[0], code[begin:].removeprefix(" > ")
    return [" > ".join(part for part in (head, b if b != "skip" else "", tail) if part) for b in branches]


def field(net):
    return Asked(net, "whole", "field", 0).value


@pytest.mark.parametrize("level", range(1, 5))
def test_aligned_paths_give_the_widest(level):
    for seed in SEEDS:
        question = draw("field_skip", level, seed)
        fields = [field(net) for net in paths(question.code)]
        assert int(question.answer) == max(fields), question.code
        assert report_of(question.code).field.aligned
        assert named(question)["follows the shortest path"] == min(fields)
        together = named(question).get("adds up the fields of the branches")
        assert together in (sum(fields), None)


def test_stopping_at_the_join_is_the_net_up_to_there():
    seen = 0
    for level in range(1, 5):
        for seed in SEEDS:
            question = draw("field_skip", level, seed)
            join = next(row for row in report_of(question.code).rows if row.layer.is_join)
            stops = named(question).get("stops where the branches meet")
            assert stops in (join.field.size[0], None)
            seen += stops is not None
    assert seen > 3 * len(SEEDS)


def test_paths_that_look_to_different_sides_give_more_than_the_widest():
    wider = 0
    for seed in SEEDS:
        question = draw("field_skip", 5, seed)
        fields = [field(net) for net in paths(question.code)]
        assert not report_of(question.code).field.aligned
        assert int(question.answer) >= max(fields)
        name = "takes the widest path, although the paths look to different sides"
        if int(question.answer) > max(fields):
            assert named(question)[name] == max(fields)
            wider += 1
        assert "pad(a:bxc:d) puts a rows of zeros above" in question.prompt
    assert wider == len(SEEDS)
