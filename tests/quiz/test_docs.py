"""What docs/quizzes.md shows works as it stands there."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from course.quiz import load_kinds, read_bank
from course.quiz.asked import QUANTITIES
from course.quiz.banks import SCHEMA
from course.quiz.candidates import RULES
from course.quiz.checks import check_bank, check_kind
from course.quiz.command import ACTIONS
from course.quiz.plan import read_plan

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "quizzes.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", TEXT, re.MULTILINE | re.DOTALL)


def test_the_example_of_a_kind_is_short_and_sound(tmp_path, own_kinds):
    code = next(b for b in blocks("python") if "@kind" in b)
    assert len(code.splitlines()) < 30
    file = tmp_path / "my_kinds.py"
    file.write_text(code, encoding="utf-8")
    (kind,) = load_kinds(file)
    found = check_kind(kind, range(40))
    assert not found.problems, str(found)
    assert len(found.mistakes) == 3


def test_the_example_of_a_bank_is_sound(tmp_path):
    bank_text = next(b for b in blocks("toml") if "lecture = 4" in b)
    file = tmp_path / "my_bank.toml"
    file.write_text(bank_text, encoding="utf-8")
    assert not check_bank(read_bank(file)).problems


def test_the_example_of_a_plan_can_be_drawn(tmp_path):
    plan_text = next(b for b in blocks("toml") if "Midterm" in b)
    assert tomllib.loads(plan_text)["title"] == "Midterm"
    file = tmp_path / "plan.toml"
    file.write_text(plan_text, encoding="utf-8")
    assert len(read_plan(file).questions("seed")) == 3


def test_every_form_rule_quantity_and_action_is_told():
    for word in (*SCHEMA, *RULES, *QUANTITIES, *(a for a in ACTIONS if a != "take")):
        assert f"`{word}`" in TEXT or f"course quiz {word}" in TEXT, word
    for actions in re.findall(r"course quiz ([a-z]+)", TEXT):
        assert actions in ACTIONS, actions
