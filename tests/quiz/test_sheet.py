"""Sheets and keys: what stands on them, what must not, and that variants are alike and yet different."""

from __future__ import annotations

import argparse
import base64
import io
import re
import shlex
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from course.quiz import (
    Choice,
    Match,
    Mistake,
    Number,
    Option,
    Order,
    Picture,
    Question,
    QuizError,
    Text,
    bank,
    draw,
    kinds_of,
)
from course.quiz import sheet as command
from course.quiz.paper import Paper, key_page, sheet_page

EMPTY = {"meta", "img", "br"}


class Shape(HTMLParser):
    """The text of a page; raises where tags do not close as they opened."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.said: list[str] = []
        self.feed(page)
        self.close()
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.said.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.said).split())


def plain(text: str) -> str:
    return " ".join(text.replace("`", " ").split())


def question(form, name="q-one", **more):
    return Question(
        name,
        "bank",
        "dropout",
        2,
        4,
        "What is it?",
        "Think of nothing.",
        form,
        ("Because so it is.",),
        **more,
    )


NASTY = "<script>alert(1)</script> & ]]> \"'"
FORMS = [
    question(Number(28.13, 0.05, "dB", (Mistake(14.07, "takes 10 for 20", "It is 20 for amplitudes."),))),
    question(Choice((Option(NASTY, True, "Yes."), Option("two", False, "No `x < y`.")))),
    question(Choice((Option("one", True, "Yes."), Option("two", True, "Too."), Option("three", False, "No.")), several=True)),
    question(Text(("ReLU", "rectifier"), (Mistake("tanh", "confuses it", "That saturates."),))),
    question(Order(("x", "y", "z"), (2, 0, 1), ("X why", "Y why", "Z why"))),
    question(Match(("l", "r"), ("x", "y", "z"), (2, 0), ("X why", "Y why", "Z why"))),
    question(Number(4640), code="1x2x3 > relu", table=(("a", "<b>"), ("c", "?")), picture=Picture(f"<svg>{NASTY}</svg>", NASTY)),
]  # fmt: skip


def paper(*questions: Question, letter: str = "") -> Paper:
    return Paper("Week 5", letter, questions, (2.0,) * len(questions))


def test_every_form_has_its_room():
    page = Shape(sheet_page(paper(*FORMS)))
    classes = [attrs.get("class") or "" for _, attrs in page.tags]
    assert classes.count("box one") == 2
    assert classes.count("box") == 3
    assert classes.count("blank") == 3 + 2
    assert classes.count("line") == 2
    assert classes.count("line long") == 1
    assert classes.count("space") == 2
    assert "7 questions, 14 points." in page.text
    for words in (
        "Name",
        "Date",
        "of 14",
        "Round boxes",
        "Square boxes",
        "A term",
        "An order",
        "Pairs",
        "dB",
        "1x2x3 > relu",
    ):
        assert words in page.text
    short = Shape(sheet_page(paper(FORMS[0])))
    assert "Round boxes" not in short.text
    assert "A number:" in short.text


def test_pages_are_self_contained_and_nothing_in_them_runs():
    for page in (sheet_page(paper(*FORMS)), key_page([paper(*FORMS)])):
        shape = Shape(page)
        assert {tag for tag, _ in shape.tags} <= {
            "html", "head", "meta", "title", "style", "body", "button", "table", "thead", "tbody", "tr", "td", "th", "div", "span",
            "b", "h1", "h2", "h3", "p", "i", "ul", "li", "section", "pre", "code", "img",
        }  # fmt: skip
        handlers = [
            (name, value) for _, attrs in shape.tags for name, value in attrs.items() if name.startswith("on")
        ]
        assert handlers == [("onclick", "window.print()")]
        assert not re.search(r"https?:|//[a-z]|url\(|@import", page)
        sources = [attrs["src"] for tag, attrs in shape.tags if tag == "img"]
        assert [base64.b64decode(s.partition(",")[2]).decode() for s in sources] == [f"<svg>{NASTY}</svg>"]
        assert [attrs["alt"] for tag, attrs in shape.tags if tag == "img"] == [NASTY]
        assert plain(NASTY) in shape.text


def prompts(page: str) -> list[str]:
    return re.findall(r'<section class="question">.*?</section>', page, re.DOTALL)


def everything() -> list[Question]:
    """Return a question of every kind and level, and the whole bank."""
    return [draw(k.name, level, "secret77") for k in kinds_of() for level in k.levels] + list(bank())


def test_a_sheet_tells_no_answer():
    asked = everything()
    assert len(asked) > 200
    page = sheet_page(paper(*asked, letter="C"))
    shape = Shape(page)
    assert "secret77" not in page
    assert {attr for _, attrs in shape.tags for attr in attrs} <= {
        "lang", "charset", "name", "content", "class", "onclick", "role", "scope", "src", "alt",
    }  # fmt: skip
    checked = 0
    for q, section in zip(asked, prompts(page), strict=True):
        shown, text = plain(q.text), Shape(section).text
        for hidden in (q.hint, *q.worked, *(m.feedback for m in q.mistakes), *getattr(q.form, "whys", ())):
            if len(hidden) > 25 and plain(hidden) not in shown:
                assert plain(hidden) not in text, q.name
                checked += 1
        if isinstance(q.form, Number) and abs(q.form.value) > 999:
            for value in (f"{q.form.value:,}", str(q.form.value)):
                if value not in shown:
                    assert value not in section, q.name
                    checked += 1
    assert checked > 1000


def test_a_sheet_shows_all_that_is_asked_and_the_key_all_that_is_known():
    asked = everything()
    sheet, key = Shape(sheet_page(paper(*asked))).text, Shape(key_page([paper(*asked)])).text
    squeezed_sheet, squeezed_key = sheet.replace(" ", ""), key.replace(" ", "")

    def within(text: str, page: str) -> bool:
        return re.sub(r"[`\s]", "", text) in page

    for q in asked:
        form = q.form
        things = [o.text for o in form.options] if isinstance(form, Choice) else []
        things += [*form.items] if isinstance(form, Order) else []
        things += [*form.left, *form.right] if isinstance(form, Match) else []
        for text in (q.prompt, q.code, *things, *(cell for row in q.table for cell in row)):
            assert within(text, squeezed_sheet), q.name
            assert within(text, squeezed_key), q.name
        known = [step for step in q.worked if not step.startswith("answer:")]
        known += [o.why for o in form.options] if isinstance(form, Choice) else []
        if isinstance(form, Number | Text):
            known += [f"{m.name}: {m.feedback}" for m in q.mistakes]
        if isinstance(form, Order | Match) and q.kind == "bank":
            known += form.whys
        for text in known:
            assert within(text, squeezed_key), (q.name, text)


def test_the_key_gives_each_answer():
    key = Shape(key_page([paper(*FORMS)])).text
    for words in ("28.13 dB (within 0.05)", "a) <script>", "a) one", "ReLU (also: rectifier)", "c → a → b", "1c 2a", "4,640",
                  "14.07 takes 10 for 20: It is 20 for amplitudes.", "tanh confuses it: That saturates.", "For those who mark"):  # fmt: skip
        assert words in key


def test_the_code_tells_sheets_apart():
    codes = {paper(q, letter=x).code for q in FORMS for x in ("", "A", "B")}
    assert len(codes) == 3 * len(FORMS)
    assert all(re.fullmatch("[A-Z2-7]{6}", code) for code in codes)


def call(folder: Path, *options: str) -> tuple[dict[str, str], str]:
    """Return the files that ``course quiz sheet`` writes, and what it says."""
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    out = io.StringIO()
    said = parser.parse_args(["-o", str(folder / "out" / "sheet.html"), *options])
    assert command.run(said, io.StringIO(), out) == 0
    return {f.name: f.read_text(encoding="utf-8") for f in sorted((folder / "out").iterdir())}, out.getvalue()


def test_one_sheet(tmp_path):
    options = ("--seed", "7", "--count", "6", "--title", "Week <5>")
    files, said = call(tmp_path, *options)
    assert list(files) == ["sheet.html"]
    assert f"--key {tmp_path}/out/key.html" in said
    assert len(prompts(files["sheet.html"])) == 6
    assert "Week &lt;5&gt;" in files["sheet.html"]
    assert call(tmp_path, *options)[0] == files


def test_the_line_that_makes_the_key_makes_it_for_this_very_sheet(tmp_path):
    files, said = call(tmp_path, "--count", "3", "--level", "2")
    line = said.splitlines()[-1].removeprefix("Its key: ")
    seed = re.search(r"--seed=(\w+)", line)[1]
    assert len(seed) == 16  # not one that could be tried out
    assert seed not in files["sheet.html"]
    again, _ = call(tmp_path, *shlex.split(line)[3:])
    assert again["sheet.html"] == files["sheet.html"]
    code = re.search(r"<b>([A-Z2-7]{6})</b>", files["sheet.html"])[1]
    assert code in again["key.html"]
    assert line in unescape(again["key.html"])


def test_variants_are_alike_and_yet_different(tmp_path):
    key = tmp_path / "out" / "key.html"
    files, _ = call(
        tmp_path, "--seed", "7", "--count", "5", "--topic", "parameters", "--variants", "3", "--key", str(key)
    )
    assert list(files) == ["key.html", "sheet-A.html", "sheet-B.html", "sheet-C.html"]
    every = [prompts(files[f"sheet-{x}.html"]) for x in "ABC"]
    for rows in zip(*every, strict=True):
        assert len(set(rows)) == 3
    for x in "ABC":
        assert f"Variant {x} · " in files[f"sheet-{x}.html"]
        code = re.search(rf"Variant {x} · (\w+)", files[f"sheet-{x}.html"])[1]
        assert code in files["key.html"]
        assert files["key.html"].count(f"Answer key, variant {x}") == 1


def test_variants_have_the_same_kinds_levels_and_written_questions():
    first = (*(draw(k.name, k.levels[-1], 3) for k in kinds_of()), *bank())
    other = command.variant(first, "7.B", {q.text for q in first})
    assert [(q.kind, q.level, q.topic) for q in other] == [(q.kind, q.level, q.topic) for q in first]
    assert [q.name for q in other if q.kind == "bank"] == [q.name for q in first if q.kind == "bank"]
    same = [a.name for a, b in zip(first, other, strict=True) if a.text == b.text]
    assert all(
        q.form.name in ("number", "text") for q in first if q.name in same
    )  # nothing in them can be shuffled


PLAN = """title = "Midterm"
[[question]]
kind = "conv"
level = 2
points = 2.5
[[question]]
kind = "mine"
[[question]]
theme = "dropout"
count = 2
"""
KINDS = """from course.quiz import Draft, kind
@kind("mine", topic="parameters", levels=(1,))
def mine(dice, level):
    '''Parameters of a dense layer.'''
    n = dice.pick(range(2, 900))
    return Draft(f"{n} > linear(3)", "whole", "parameters", f"A dense layer with biases takes {n} values to 3. How many parameters has it?", "Count.")
"""


def test_variants_of_a_plan_with_kinds_of_ones_own(tmp_path, monkeypatch):
    from course.quiz.registry import KINDS as registered

    monkeypatch.setattr("course.quiz.registry.KINDS", registered)
    plan, kinds, key = tmp_path / "plan.toml", tmp_path / "kinds.py", tmp_path / "out" / "key.html"
    plan.write_text(PLAN)
    kinds.write_text(KINDS)
    try:
        files, _ = call(
            tmp_path,
            "--plan",
            str(plan),
            "--kinds",
            str(kinds),
            "--seed",
            "3",
            "--variants",
            "2",
            "--key",
            str(key),
        )
    finally:
        registered.pop("mine", None)
    a, b = prompts(files["sheet-A.html"]), prompts(files["sheet-B.html"])
    assert len(a) == len(b) == 4
    assert a[:2] != b[:2]
    assert "Midterm" in files["sheet-A.html"]
    assert "2.5 points" in a[0]
    assert "of 5.5" in files["sheet-A.html"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--variants", "0"], "make 1 to 26"),
        (["--variants", "27"], "make 1 to 26"),
        (["--count", "0"], "at least 1 question"),
        (["--key", "{out}/sheet.html"], "both sheet and key"),
        (["--key", "{out}"], "is a folder"),
        (["-o", ""], "is a folder: give the name of a file"),
    ],
)
def test_wrong_options_are_refused_and_write_nothing(tmp_path, options, words):
    (tmp_path / "out").mkdir()
    with pytest.raises(QuizError, match=words):
        call(tmp_path, "--seed", "7", *(o.format(out=tmp_path / "out") for o in options))
    assert not list((tmp_path / "out").iterdir())


def test_what_cannot_be_written_is_said(tmp_path):
    (tmp_path / "out").write_text("a file, not a folder")
    with pytest.raises(QuizError, match="cannot write"):
        call(tmp_path, "--seed", "7", "--count", "1")
