"""Quizzes on paper as HTML pages of their own: the sheet with room to answer, and the key with everything a marker needs.

Printing is the browser's. The pages need no network and no other file, and look the same from a dark desktop.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from course.arithmetic.derive import figure
from course.quiz.forms import LETTERS, Choice, Figure, Form, Match, Number, Order, Text
from course.quiz.markup import html, inline
from course.quiz.question import Question
from course.quiz.wording import answer_lines, in_order, plural, whys

__all__ = ["Paper", "key_page", "sheet_page"]

STYLES = Path(__file__).with_name("sheet.css")

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="only light">
<title>{title}</title>
<style>
{styles}</style>
</head>
<body>
<button class="print" onclick="window.print()">Print</button>
{body}
</body>
</html>
"""

#: What the head of a sheet says on each form that occurs in it.
INSTRUCTIONS = {
    "number": "<b>A number:</b> show how you find it, and write it on the line. Unless a precision is asked for, it is exact; "
    "a product that you do not multiply out, such as (3·3·16 + 1)·32, will do.",
    "single": "<b>Round boxes:</b> exactly one is right; tick it.",
    "multiple": "<b>Square boxes:</b> tick all that are right, and no others; there may be one or several.",
    "text": "<b>A term:</b> write a word or two on the line.",
    "order": "<b>An order:</b> write the letters on the lines, the first one first.",
    "match": "<b>Pairs:</b> write before each number the letter that belongs to it; no letter is used twice, and some may be left over.",
}

#: A level from which on there is more room to work.
DEMANDING = 4


@dataclass(frozen=True)
class Paper:
    """One version of a quiz on paper.

    Attributes:
        title: over the first page, and in small on every page.
        letter: A, B, … where there are several versions; else empty.
        questions, points: in their order.
        origin: how to make it again; stands in the key only.
    """

    title: str
    letter: str
    questions: tuple[Question, ...]
    points: tuple[float, ...]
    origin: str = ""

    @property
    def code(self) -> str:
        """Six signs that tell this sheet from any other; they come from what is printed, so that they tell nothing more.

        >>> from course.quiz import draw
        >>> Paper("Quiz", "A", (draw("conv", 2, 1),), (1,)).code == Paper("Quiz", "A", (draw("conv", 2, 2),), (1,)).code
        False
        """
        asked = [f"{_asked(q)}{_room(q)}" for q in self.questions]
        printed = "\0".join([self.title, self.letter, *asked])
        digest = hashlib.sha256(printed.encode()).digest()
        return base64.b32encode(digest).decode()[:6]

    @property
    def name(self) -> str:
        """What stands on every page beside the title."""
        return f"Variant {self.letter} · {self.code}" if self.letter else self.code


def sheet_page(paper: Paper) -> str:
    """Return the page that students get; nothing in it tells an answer.

    >>> from course.quiz import draw
    >>> page = sheet_page(Paper("Week 5", "B", (draw("conv", 2, 1),), (2,)))
    >>> "Variant B" in page, "2 points" in page, "<script" in page
    (True, True, False)
    """
    forms = {q.form.name for q in paper.questions}
    rules = "".join(f"<li>{words}</li>" for form, words in INSTRUCTIONS.items() if form in forms)
    total = f"{sum(paper.points):g}"
    body = "\n".join(
        [
            f"<h1>{escape(paper.title)}</h1>",
            f'<div class="fields"><div class="field wide">Name <i></i></div><div class="field">Date <i></i></div>'
            f'<div class="field">Points <i></i> of {total}</div></div>',
            f'<div class="instructions"><p>{plural(len(paper.questions), "question")}, {_points(sum(paper.points))}.</p>'
            f"<ul>{rules}</ul></div>",
            *(
                _question(q, number, points)
                for number, (q, points) in enumerate(zip(paper.questions, paper.points, strict=True), start=1)
            ),
            '<p class="end">End of the quiz.</p>',
        ]
    )
    return _page(paper.title, _framed(paper, body))


def key_page(papers: Sequence[Paper]) -> str:
    """Return the page for whoever marks: answers at a glance, then each worked out, with the known mistakes.

    >>> from course.quiz import draw
    >>> question = draw("dense", 1, 7)
    >>> page = key_page([Paper("Week 5", "", (question,), (1,))])
    >>> "Answer key" in page, all(m.name in page for m in question.mistakes)
    (True, True)
    """
    parts = [f'<section class="variant key">{_framed(p, _key(p), "Answer key · ")}</section>' for p in papers]
    return _page(f"Answer key: {papers[0].title}", "\n".join(parts))


def _page(title: str, body: str) -> str:
    return PAGE.format(title=escape(title), styles=STYLES.read_text(encoding="utf-8"), body=body)


def _framed(paper: Paper, body: str, before: str = "") -> str:
    """Return a body under a line that browsers repeat on every page: the head of a table."""
    return (
        f'<table class="frame" role="presentation"><thead><tr><td><div class="running">'
        f"<span>{before}{escape(paper.title)}</span><b>{paper.name}</b></div></td></tr></thead>\n"
        f"<tbody><tr><td>\n{body}\n</td></tr></tbody></table>"
    )


def _points(points: float) -> str:
    return f"{points:g} point{'' if points == 1 else 's'}"


def _question(question: Question, number: int, points: float) -> str:
    return (
        f'<section class="question"><h2>{number}. <span>{_points(points)}</span></h2>\n'
        f"{_asked(question)}\n{_room(question)}\n</section>"
    )


def _asked(question: Question) -> str:
    """Return the prompt and what is shown below it."""
    parts = [html(question.prompt)]
    if question.code:
        parts.append(f"<pre>{escape(question.code, quote=False)}</pre>")
    if question.table:
        head, *rows = question.table
        heads = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
        cells = "".join(f"<tr>{''.join(f'<td>{escape(c)}</td>' for c in row)}</tr>" for row in rows)
        parts.append(f'<table class="shown"><thead><tr>{heads}</tr></thead><tbody>{cells}</tbody></table>')
    if question.picture:
        # As an image nothing in it can run, and its ids and styles cannot meet those of another.
        data = base64.b64encode(question.picture.svg.encode()).decode()
        parts.append(f'<img src="data:image/svg+xml;base64,{data}" alt="{escape(question.picture.alt)}">')
    return "\n".join(parts)


def _things(rows: Sequence[str]) -> str:
    return f'<ul class="things">{"".join(f"<li>{row}</li>" for row in rows)}</ul>'


def _row(label: str, text: str, before: str = "") -> str:
    return f'{before}<span class="letter">{label}</span><span>{inline(text)}</span>'


def _lettered(texts: Sequence[str], before: str = "") -> str:
    return _things([_row(f"{x})", text, before) for x, text in zip(LETTERS, texts, strict=False)])


def _numbered(texts: Sequence[str], before: str = "") -> str:
    return _things([_row(f"{i}.", text, before) for i, text in enumerate(texts, start=1)])


def _room(question: Question) -> str:
    """Return what is to be ticked or filled in."""
    form: Form = question.form
    match form:
        case Choice(options=options, several=several):
            box = f'<span class="box{"" if several else " one"}"></span>'
            return _lettered([o.text for o in options], box)
        case Order(items=items):
            boxes = " → ".join('<span class="blank"></span>' for _ in items)
            return f'{_lettered(items)}<div class="answer">Order: {boxes}</div>'
        case Match(left=left, right=right):
            lefts = _numbered(left, '<span class="blank"></span>')
            return f'<div class="columns"><div>{lefts}</div><div>{_lettered(right)}</div></div>'
        case Text():
            return '<div class="answer">Answer: <span class="line long"></span></div>'
        case Number(unit=unit):
            more = " more" if question.level >= DEMANDING else ""
            return (
                f'<div class="space{more}"></div>'
                f'<div class="answer">Answer: <span class="line"></span> {escape(unit)}</div>'
            )


def _key(paper: Paper) -> str:
    rows = "".join(
        f"<tr><td>{number}</td><td>{'; '.join(map(inline, _short(q)))}</td><td>{points:g}</td></tr>"
        for number, (q, points) in enumerate(zip(paper.questions, paper.points, strict=True), start=1)
    )
    origin = f"<p>To make it again: <code>{escape(paper.origin)}</code></p>" if paper.origin else ""
    heading = f"Answer key, variant {paper.letter}" if paper.letter else "Answer key"
    return "\n".join(
        [
            f"<h1>{escape(heading)}</h1>",
            f"{origin}<p>For those who mark, not for students. {_points(sum(paper.points))} in all.</p>",
            f'<table class="list"><thead><tr><th>question</th><th>answer</th><th>points</th></tr></thead><tbody>{rows}</tbody></table>',
            *(
                _solved(q, number, points)
                for number, (q, points) in enumerate(zip(paper.questions, paper.points, strict=True), start=1)
            ),
        ]
    )


def _short(question: Question) -> list[str]:
    """Return the answer as it is ticked or written."""
    form = question.form
    if isinstance(form, Choice | Match):
        return [question.answer if isinstance(form, Match) else ", ".join(question.answer)]
    if isinstance(form, Order):
        return [" → ".join(letter for letter, _, _ in in_order(form))]
    return answer_lines(form)


def _solved(question: Question, number: int, points: float) -> str:
    worked = "".join(html(step) for step in question.worked if not step.startswith("answer:"))
    parts = [
        f'<section class="question"><h2>{number}. <span>{escape(question.topic)}, level {question.level}, '
        f"lecture {question.lecture} · {_points(points)}</span></h2>",
        _asked(question),
        _shown_again(question.form),
        f'<div class="answers">{"".join(f"<p>{inline(line)}</p>" for line in answer_lines(question.form))}</div>',
        f"<h3>Worked</h3>{worked}",
    ]
    if told := whys(question):
        parts.append(f"<h3>Why</h3>{_things([_row(f'{letter})', why) for letter, why in told])}")
    if isinstance(question.form, Number | Text) and question.mistakes:
        values: dict[str, list[str]] = {}  # several words may show the same mistake
        for m in question.mistakes:
            values.setdefault(f"{m.name}: {m.feedback}", []).append(_value(m.value))
        rows = [
            f"<span><b>{escape(', '.join(shown))}</b> {inline(told)}</span>" for told, shown in values.items()
        ]
        parts.append(f"<h3>Common mistakes</h3>{_things(rows)}")
    return "\n".join([*(p for p in parts if p), "</section>"])


def _value(value: Figure | str) -> str:
    return value if isinstance(value, str) else figure(value)


def _shown_again(form: Form) -> str:
    """Return what there was to choose from, so that the key can be read alone."""
    if isinstance(form, Choice):
        return _lettered([o.text for o in form.options])
    if isinstance(form, Order):
        return _lettered(form.items)
    if isinstance(form, Match):
        return _numbered(form.left) + _lettered(form.right)
    return ""
