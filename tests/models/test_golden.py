"""The card of every network as text, kept beside the tests: a change of a network or of the card shows as a difference.

    pytest tests/models/test_golden.py --rewrite-cards

writes them anew; read the difference before you commit it.
"""

import re
from difflib import unified_diff
from functools import cache
from pathlib import Path

import pytest

from course import models
from course.inspect import analyze
from course.inspect.named import named

CARDS = Path(__file__).parent / "cards"
MOST = 200  # lines of a file; a longer card is folded by levels of module names
FLAG = "pytest tests/models/test_golden.py --rewrite-cards"


@cache
def card(name):
    return analyze(named(name), models.record(name).input_size, title=name)


def text_of(name):
    """The card call by call, or at the deepest folding that fits."""
    forms = (card(name).text(depth) for depth in (None, 3, 2, 1))
    return next(text for text in forms if len(text.splitlines()) <= MOST) + "\n"


@pytest.fixture
def rewrite(request):
    return request.config.getoption("--rewrite-cards", default=False)


def cells(line):
    """The four columns of numbers at the end of a line of the table."""
    return re.split(r"\s{2,}", line.strip())[-4:]


def number(text):
    assert re.fullmatch(r"\d{1,3}(,\d{3})*", text), f"{text!r} is not a count"
    return int(text.replace(",", ""))


@pytest.mark.parametrize("name", models.names())
def test_the_card_is_the_golden_one(name, rewrite):
    path, text = CARDS / f"{name}.txt", text_of(name)
    if rewrite:
        CARDS.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert path.exists(), f"{name} has no golden card: {FLAG}"
    golden = path.read_text(encoding="utf-8")
    if text != golden:
        lines = unified_diff(
            golden.splitlines(), text.splitlines(), f"golden {path.name}", "now", lineterm="", n=1
        )
        pytest.fail("\n".join([*lines, "", f"Is the new card right? Then {FLAG}"]), pytrace=False)


@pytest.mark.parametrize("name", models.names())
def test_the_printed_totals_are_the_sums_of_the_printed_rows(name):
    """Over the text of the file, and against the weights themselves."""
    title, head, *rest = (CARDS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    rule = next(i for i, line in enumerate(rest) if set(line) == {"─"})
    rows, total = [cells(line) for line in rest[:rule]], rest[rule + 1]
    shape = "×".join(map(str, models.record(name).input_size))
    assert title == f"{name}: input {shape}"
    assert cells(head)[:2] == ["parameters", "multiply–adds"]
    assert total.startswith("total ")
    assert rows
    for column in (0, 1):
        assert sum(number(row[column]) for row in rows) == number(cells(total)[column])
    assert number(cells(total)[0]) == sum(p.numel() for p in named(name).parameters())


def test_there_is_a_card_for_each_network_and_no_other(rewrite):
    there = {path.stem: path for path in CARDS.glob("*")}
    left = set(there) - set(models.names())
    if rewrite:
        for name in left:
            there.pop(name).unlink()
        left = set()
    assert not left, f"cards of no network: {sorted(left)}; {FLAG}"
    assert set(there) == set(models.names())
    assert all(len(path.read_text(encoding="utf-8").splitlines()) <= MOST for path in there.values())
