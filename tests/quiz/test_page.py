"""The pages as text: whole in themselves, the same every time, and an exam's page without anything that answers."""

from __future__ import annotations

import argparse
import base64
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from course.quiz import QuizError, questions
from course.quiz.page import add_arguments, exam_page, practice_page, run
from tests.quiz.quizzes import FORMS, every_form, exam


class Reader(HTMLParser):
    """Collects tags and their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def decoded(text: str) -> str:
    """Return a page with the module in it unpacked."""
    (module,) = re.findall(r'base64,\$\{"([A-Za-z0-9+/=]+)"\}', text)
    return text + base64.b64decode(module).decode()


@pytest.mark.parametrize("made", ["practice", "exam"])
def test_a_page_is_whole_in_itself(made):
    text = practice_page(every_form(), "A <b> & 'title'") if made == "practice" else exam_page(exam())
    tags = Reader(text).tags
    assert not [tag for tag, _ in tags if tag in ("link", "iframe", "object", "b")]
    for tag, given in tags:
        for name in ("src", "href", "action"):
            if value := given.get(name):
                assert value.startswith("data:image/svg+xml"), (tag, value)
        assert not [name for name in given if name.startswith("on")], tag
    policy = next(
        a["content"] for t, a in tags if t == "meta" and a.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy is not None
    assert "default-src 'none'" in policy
    assert "http" not in decoded(text).replace("http-equiv", "").replace("http://www.w3.org/2000/svg", "")
    assert "fetch(" not in decoded(text)


def test_pages_are_the_same_every_time():
    assert practice_page(questions(7, 3), "A") == practice_page(questions(7, 3), "A")
    assert exam_page(exam()) == exam_page(exam())


def test_without_scripts_the_questions_are_there_and_no_answer():
    text = practice_page(every_form(), "Six")
    still = text[text.index("<noscript>") : text.index("</noscript>")]
    assert "How many parameters does it have?" in still
    assert "4640" not in still
    assert "Think" not in still
    still = exam_page(exam())
    assert "q1 <small>(2 points)</small>" in still


def test_no_text_breaks_out_of_the_script():
    hostile = exam() | {"title": "</script><script>alert(1)</script>"}
    hostile["questions"][0]["prompt"] = "</script><img src=x onerror=alert(1)>"
    text = exam_page(hostile)
    assert text.count("<script") == 1
    assert not [tag for tag, given in Reader(text).tags if "onerror" in given]


def test_an_exams_page_answers_nothing():
    text = decoded(exam_page(exam()))
    assert "Think of the means" not in text
    for form in FORMS:
        for mistake in form.mistakes:
            assert mistake.name not in text
            assert mistake.feedback not in text
    for secret in (
        "4640",
        "4608",
        "1472",
        "batch normalisation",
        "batch norm",
        "So the mean stays",
        "of nothing",
        "It is so.",
    ):
        assert secret not in text
    (values,) = re.findall(r"^const values = (.*);$", text, re.MULTILINE)
    told = json.loads(values)
    assert told == {"exam": exam(), "responses": {}}
    allowed = {"name", "points", "prompt", "code", "table", "picture", "form", "unit", "decimals", "options", "items", "left", "right"}  # fmt: skip
    for question in told["exam"]["questions"]:
        assert set(question) <= allowed
        if question["form"] == "match":
            assert all(isinstance(one, str) for one in question["right"])
        else:
            assert "right" not in question
    assert "quiz_mark" not in text
    assert "function graded" not in text


@pytest.mark.parametrize("broken", [{}, [], {"title": "x"}, {"title": "x", "questions": [{}]}, None])
def test_what_is_no_exam(broken):
    with pytest.raises(QuizError, match="this is no exam"):
        exam_page(broken)


def test_no_questions():
    with pytest.raises(QuizError, match="at least 1"):
        practice_page((), "None")


def command(*arguments: str) -> tuple[int, str]:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    out = io.StringIO()
    return run(parser.parse_args(arguments), io.StringIO(), out), out.getvalue()


def test_the_command(tmp_path: Path):
    file = tmp_path / "quiz.html"
    code, said = command(
        "--seed", "7", "--count", "2", "--topic", "conv", "-o", str(file), "--title", "Warm-up"
    )
    assert code == 0
    assert "2 questions" in said
    assert "<h1>Warm-up</h1>" in file.read_text()
    assert command("--seed", "7", "--count", "2", "--topic", "conv", "--title", "Warm-up") == (
        0,
        file.read_text(),
    )
    with pytest.raises(QuizError, match="--variants 99"):
        command("--variants", "99")
    (tmp_path / "blocked").write_text("")
    with pytest.raises(QuizError, match="cannot write"):
        command("--seed", "7", "-o", str(tmp_path / "blocked" / "x.html"))
