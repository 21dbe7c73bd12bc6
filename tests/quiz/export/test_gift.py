"""GIFT, read by a second reading of Moodle's rules: step by step as its importer does it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from course.quiz import Choice, Match, Number, Option, Order, Question, QuizError, Text
from course.quiz.export import export, parse
from course.quiz.export.pieces import digits
from tests.quiz.export.samples import BASE, FORMS, drawn, written

HOLD = {
    "\\:": "&&058;",
    "\\#": "&&035;",
    "\\=": "&&061;",
    "\\{": "&&123;",
    "\\}": "&&125;",
    "\\~": "&&126;",
    "\\n": "&&010;",
}


def before(text: str) -> str:
    text = text.replace("\\\\", "&&092;")
    for escaped, held in HOLD.items():
        text = text.replace(escaped, held)
    return text.replace("&&092;", "\\")


def after(text: str) -> str:
    text = re.sub(r"^\[(moodle|html|plain|markdown)\]", "", text)
    for escaped, held in HOLD.items():
        text = text.replace(held, "\n" if escaped == "\\n" else escaped[1])
    return text


def imported(data: bytes) -> list[tuple[str, str, str, list[tuple[float, str, str]], str]]:
    """Return type, name, text, answers (weight, answer, feedback) and general feedback as Moodle finds them."""
    found = []
    for block in re.split(r"\n\s*\n", data.decode()):
        lines = [line for line in block.split("\n") if not line.strip().startswith("//")]
        text = before("\n".join(lines).strip())
        if not text or text.startswith("$CATEGORY:"):
            continue
        assert text.startswith("::")
        name, rest = text[2:].split("::", 1)
        start, finish = rest.index("{"), rest.index("}")
        assert rest.strip().endswith("}"), "nothing stands behind the answers"
        asked, answers = rest[:start], rest[start + 1 : finish].strip()
        answers, general = answers[: answers.rindex("####")].strip(), answers[answers.rindex("####") + 4 :]
        if answers.startswith("#"):
            kind, answers, cut = "numerical", answers[1:], "="
        elif "~" in answers:
            kind, cut = "multichoice", "~"
            answers = answers.replace("=", "~=")
        elif "=" in answers and "->" in answers:
            kind, cut = "match", "="
        else:
            kind, cut = "shortanswer", "="
        told = []
        for answer in (a.strip() for a in answers.split(cut) if a.strip()):
            worth = 1.0 if kind in ("numerical", "shortanswer") else 0.0
            if answer.startswith("="):
                worth, answer = 1.0, answer[1:]
            elif re.match(r"^%\-*([0-9]{1,2})\.?([0-9]*)%", answer):
                weight, answer = answer[1:].split("%", 1)
                worth = float(weight) / 100
            said, _, feedback = (answer, "", "") if kind == "match" else answer.partition("#")
            told.append((worth, after(said.strip()), after(feedback.strip())))
        found.append((kind, after(name), after(asked.removeprefix("[html]")), told, after(general)))
    return found


@pytest.fixture(scope="module")
def everything() -> tuple[Question, ...]:
    return (*FORMS, *drawn(), *written())


def test_moodle_finds_every_question(everything):
    found = imported(export(everything, "gift", "A/B"))
    kinds = {Number: "numerical", Choice: "multichoice", Text: "shortanswer", Match: "match", Order: "match"}
    for question, (kind, name, text, answers, general) in zip(everything, found, strict=True):
        form = question.form
        assert (kind, name) == (kinds[type(form)], question.name)
        assert text.startswith("<p>")
        assert 'class="worked"' in general
        if isinstance(form, Choice):
            assert [worth > 0 for worth, _, _ in answers] == [o.right for o in form.options]
            assert all(feedback for _, _, feedback in answers)
            assert form.several == all(
                "=" not in line for line in line_starts(export([question], "gift", "t"))
            )
        if isinstance(form, Number):
            assert [answer for _, answer, _ in answers] == [
                f"{digits(v)}:{digits(form.tolerance)}"
                for v in (form.value, *(m.value for m in form.mistakes))  # type: ignore[arg-type]
            ]
            assert [worth for worth, _, _ in answers] == [1.0] + [0.0] * len(form.mistakes)
        if isinstance(form, Match):
            assert len(answers) == len(form.right)


def test_a_bracket_at_the_start_is_no_format():
    options = (Option("[plain] text", True, "[html] why"), Option("[1, 2]", False, "No."))
    question = replace(BASE, prompt="[moodle] What?", form=Choice(options))
    data = export([question], "gift", "t")
    assert [answer for _, answer, _ in imported(data)[0][3]] == ["[plain] text", "[1, 2]"]
    assert parse(data, "gift")[0].form == question.form


def line_starts(data: bytes) -> list[str]:
    return [line.strip()[:1] for line in data.decode().split("\n") if line.startswith("\t")]


def test_signs_that_mean_something_are_escaped():
    question = replace(BASE, name="a::b", prompt="{1} = ~2 # 3: C:\\new\\\\n", worked=("#### }",))
    told = imported(export([question], "gift", "t"))[0]
    assert told[1:3] == ("a::b", "<p>{1} = ~2 # 3: C:\\new\\\\n</p>")
    assert "#### }" in told[4]


def test_name_and_tags_stand_in_the_comment():
    lines = export(FORMS[:1], "gift", "t").decode().split("\n")
    assert (
        "// [id:number] [tag:kind: bank] [tag:topic: dropout] [tag:level: 3] [tag:lecture: 4] [tag:form: number]"
        in lines
    )


def test_a_word_with_an_arrow_is_refused():
    with pytest.raises(QuizError, match="the word 'a->b' has -> in it"):
        export([replace(BASE, form=Text(("a->b",)))], "gift", "t")
