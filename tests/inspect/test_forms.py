"""The card in its forms: text, folded text, HTML, JSON, and beside another card."""

import json
import re

import pytest
from torch import nn

from course.inspect import Card, InspectError, analyze, card_of


def number(text):
    return int(text.replace(",", ""))


def body(text):
    lines = text.splitlines()
    return lines[2 : next(i for i, line in enumerate(lines) if line.startswith("──"))]


@pytest.fixture(scope="module")
def googlenet():
    return card_of("googlenet")


@pytest.mark.parametrize("depth", [None, 1, 2])
def test_the_printed_rows_add_up_to_the_printed_totals(googlenet, depth):
    text = googlenet.text(depth)
    rows = [re.split(r"  +", line.strip()) for line in body(text)]
    total = next(re.split(r"  +", line) for line in text.splitlines() if line.startswith("total"))
    assert sum(number(row[3]) for row in rows) == number(total[2]) == googlenet.parameters
    assert sum(number(row[4]) for row in rows) == number(total[3]) == googlenet.multiply_adds
    assert len(rows) < len(googlenet.rows) or depth != 1


def test_a_depth_that_is_none(googlenet):
    with pytest.raises(InspectError, match="depth must be a whole number from 1, got 0"):
        googlenet.text(0)


def test_html_escapes_and_folds(googlenet):
    assert "<details><summary>All" in googlenet._repr_html_()
    odd = analyze(nn.ReLU(), (1, 2, 2), title="<script>alert(1)</script>")
    assert "<script>" not in odd._repr_html_()
    assert "&lt;script&gt;" in odd._repr_html_()


def test_json_has_every_number(googlenet):
    told = json.loads(googlenet.to_json())
    assert (
        told["total"]["parameters"] == googlenet.parameters == sum(row["parameters"] for row in told["rows"])
    )
    assert told["total"]["multiply_adds"] == sum(row["multiply_adds"] or 0 for row in told["rows"])
    assert [row["name"] for row in told["rows"]] == [row.name for row in googlenet.rows]
    assert told["rows"][0]["receptive_field"]["size"] == [7, 7]
    assert told["complete"] is True


def test_what_is_not_covered_is_said_in_every_form():
    card = analyze(nn.LSTM(4, 3, batch_first=True), (5, 4))
    assert "≥ 0" in card.text()
    assert "not covered" in card._repr_html_()
    told = json.loads(card.to_json())
    assert told["complete"] is False
    assert told["rows"][0]["multiply_adds"] is None
    assert told["notes"]


def test_differences():
    one = analyze(nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Conv2d(4, 4, 3)), (1, 9, 9), title="one")
    two = analyze(nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Conv2d(4, 4, 5)), (1, 9, 9), title="two")
    told = one.differences(two).splitlines()
    assert told[0] == "one | two"
    assert told[2].startswith("2: conv(4, 4, 3x3) → field 5×5 | 2: conv(4, 4, 5x5) → field 7×7")
    assert told[-1] == "field before it is the whole input: 5×5 of jump 1 | 7×7 of jump 1"
    assert "the same layers" in one.differences(one)
    with pytest.raises(InspectError, match="not with str"):
        one.differences("two")


def test_every_worked_number_evaluates_to_its_result(googlenet):
    checked = 0
    for card in (
        googlenet,
        card_of("torchvision:resnet18"),
        card_of("unetpp"),
        card_of("torchvision:vit_b_32"),
    ):
        for row in card.rows:
            for quantity in ("parameters", "multiply_adds", "memory"):
                worked = card.explain(row, quantity)
                if worked.numbers:
                    assert eval(worked.numbers.replace("·", "*").replace("/", "//")) == worked.result, (
                        row,
                        quantity,
                    )
                    checked += 1
    assert checked > 500


def test_a_card_prints_short_in_a_list(googlenet):
    assert isinstance(googlenet, Card)
    assert len(repr(googlenet)) < 120
    assert max(len(repr(row)) for row in googlenet.rows) < 160
