"""Cards with a gap, and where parameters and multiply–adds sit."""

import pytest

from course.quiz.asked import Asked
from course.quiz.oracle import by_torch
from tests.quiz.kinds.misbuilt import PARAMETERS, drawn, misbuilt, values

LEVELS = (1, 2, 3, 4, 5)


@pytest.mark.parametrize("level", LEVELS)
def test_a_card_has_one_gap_and_it_is_what_is_asked_for(level):
    columns = {"shape": 1, "parameters": 2, "multiply_adds": 3}
    for question in drawn("missing_row", level):
        gaps = [(i, j) for i, row in enumerate(question.table) for j, cell in enumerate(row) if cell == "?"]
        assert len(gaps) == 1
        assert gaps[0][1] == columns[question.source.quantity]
        assert question.table[gaps[0][0]][0].startswith(question.source.node.rstrip("0123456789"))


def test_mistakes_with_parameters_are_those_of_layers_built_wrongly():
    met = set()
    for level in LEVELS:
        for question in drawn("missing_row", level):
            source = question.source
            if source.quantity != "parameters":
                continue
            for mistake in question.mistakes:
                if mistake.name in PARAMETERS:
                    assert mistake.value == misbuilt(source.net, source.node, mistake.name), (
                        question.text,
                        mistake,
                    )
                    met.add(mistake.name)
    assert len(met) >= 6


@pytest.mark.parametrize(
    ("name", "other"), [("where_parameters_sit", "multiply_adds"), ("where_cost_sits", "parameters")]
)
def test_who_takes_one_for_the_other_chooses_what_has_most_of_the_other(name, other):
    belief = {
        "multiply_adds": "takes multiply–adds for parameters",
        "parameters": "takes parameters for multiply–adds",
    }[other]
    met = 0
    for level in LEVELS:
        for question in drawn(name, level)[:5]:
            found = question.source.candidates
            most = max(by_torch(Asked(c.net, c.node, other)) for c in found)
            for candidate in found:
                if candidate.mistake == belief:
                    assert by_torch(Asked(candidate.net, candidate.node, other)) == most
                    met += belief in [o.mistake for o in question.form.options if not o.right]
    assert met >= 5


@pytest.mark.parametrize("name", ["where_parameters_sit", "where_cost_sits"])
def test_it_is_not_always_the_same_layer(name):
    right = [
        o.text.partition(":")[0]
        for level in LEVELS
        for q in drawn(name, level)
        for o in q.form.options
        if o.right
    ]
    assert len(set(right)) >= 3
    assert max(right.count(node) for node in set(right)) < 0.75 * len(right)


def test_shares_add_up_to_a_hundred():
    for level in LEVELS:
        for question in drawn("parameter_share", level)[:8]:
            source = question.source
            share = 100 * by_torch(source.asked) / by_torch(source.over)
            assert abs(share - float(question.answer)) < 1e-5
            for rest in values(question, "gives the share of the other layers"):
                assert abs(rest + share - 100) < 1e-3
            for fraction in values(question, "forgets to take a hundred times"):
                assert abs(100 * fraction - share) < 0.01
