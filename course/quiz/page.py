"""Quizzes as self-contained HTML pages: for practice, and as an exam; no kernel, no network, no second file."""

from __future__ import annotations

import argparse
import base64
import json
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any, TextIO

from course.quiz.files import replace
from course.quiz.forms import QuizError
from course.quiz.markup import html, inline
from course.quiz.plan import add_selection, selected
from course.quiz.question import Question
from course.quiz.shown import as_html
from course.quiz.similar import pools, stored
from course.widgets.bundle import bundle, styles

__all__ = ["add_arguments", "exam_page", "practice_page", "questions_as_html", "run"]

#: The policy lets the page run its own script, and reach nothing else.
SHELL = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'unsafe-inline' data:; style-src 'unsafe-inline'; img-src data:">
<title>{title}</title>
<style>
body {{ margin: 0 auto; padding: 12px; max-width: 760px; font-family: system-ui, sans-serif; }}
@media (prefers-color-scheme: dark) {{ body {{ background: #0d1014; color: #e8edf2; }} }}
h1 {{ font-size: 20px; margin: 6px 2px 12px; }}
{styles}</style>
</head>
<body>
<main id="quiz"><h1>{title}</h1></main>
<noscript>{words}</noscript>
<script type="module">
const view = await import(`data:text/javascript;base64,${{{view}}}`);
const values = {values};
const model = {{ local: true, get: (name) => values[name], set: (name, value) => {{ values[name] = value; }}, save_changes() {{}}, on() {{}}, off() {{}} }};
view.default.render({{ model, el: document.getElementById("quiz") }});
window.quiz = model;
</script>
</body>
</html>
"""


def _page(title: str, module: str, values: dict[str, Any], words: str) -> str:
    return SHELL.format(
        title=escape(title),
        styles=styles("theme.css", "quiz.css", within="Quiz"),
        words=words,
        view=json.dumps(base64.b64encode(bundle(module).encode()).decode()),
        values=json.dumps(values, ensure_ascii=False).replace("<", "\\u003c"),
    )


def questions_as_html(questions: Sequence[Question]) -> str:
    """Return what is asked, without answers, for pages on which no script runs.

    >>> from course.quiz import draw
    >>> questions_as_html([draw("dense", 1, 7)])[:20]
    '<h4>Question 1</h4>\\n'
    """
    return "\n".join(
        f"<h4>Question {number}</h4>\n{_as_html(question.to_dict(answers=False))}"
        for number, question in enumerate(questions, start=1)
    )


def _as_html(shown: dict[str, Any]) -> str:
    parts = [html(shown["prompt"])]
    if shown["code"]:
        parts.append(f"<p><code>{escape(shown['code'])}</code></p>")
    if shown["table"]:
        head, *rows = shown["table"]
        cells = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
        body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
        parts.append(f"<table><thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table>")
    if "picture" in shown:
        data = base64.b64encode(shown["picture"]["svg"].encode()).decode()
        parts.append(f'<img alt="{escape(shown["picture"]["alt"])}" src="data:image/svg+xml;base64,{data}">')
    for sort, name in (("a", "options"), ("a", "items"), ("1", "left"), ("a", "right")):
        if name in shown:
            rows = "".join(f"<li>{inline(text)}</li>" for text in shown[name])
            parts.append(f'<ol type="{sort}">{rows}</ol>')
    return "\n".join(parts)


def practice_page(
    questions: Sequence[Question], title: str, *, seed: object = "page", variants: int = 3
) -> str:
    """Return a page to practise on: hints, marks with the mistake named, worked answers, similar questions.

    Args:
        questions: what is asked.
        title: the page's title.
        seed: where the similar questions come from.
        variants: how many similar ones each question has.

    >>> from course.quiz import questions
    >>> text = practice_page(questions(7, 2), "Warm-up")
    >>> "http:" in text, "src=" in text, text.count("<script")
    (False, False, 1)

    Raises:
        QuizError: there are no questions.
    """
    if not questions:
        raise QuizError("a page needs at least 1 question")
    items = [[stored(q) for q in pool] for pool in pools(questions, seed, variants)]
    words = f"<p>This quiz needs JavaScript. Its questions:</p>{questions_as_html(questions)}"
    return _page(
        title,
        "quiz.js",
        {"content": {"title": title, "items": items}, "progress": True, "results": []},
        words,
    )


def exam_page(exam: dict[str, Any]) -> str:
    """Return the page of one student's exam: it keeps answers as they are typed, marks nothing, and knows no answer.

    Args:
        exam: as ``course quiz exam`` stores it for a student.

    Raises:
        QuizError: it is no exam.
    """
    try:
        asked = "".join(as_html(question) for question in exam["questions"])
        title = str(exam["title"])
    except (KeyError, TypeError) as error:
        raise QuizError(
            f"this is no exam, it lacks {error}: course quiz exam writes one for each student"
        ) from None
    words = f"<p>This exam needs JavaScript to keep your answers. Its questions:</p>{asked}"
    return _page(title, "quiz_exam.js", {"exam": exam, "responses": {}}, words)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``course quiz page``."""
    add_selection(parser)
    parser.add_argument("--variants", type=int, default=3, help="similar questions stored with each (3)")
    parser.add_argument("--title", help="the page's title")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="where the page goes (default: it is printed)"
    )


def run(chosen: argparse.Namespace, lines: TextIO, out: TextIO) -> int:
    """Write the page that the options describe; return the exit code."""
    if not 0 <= chosen.variants <= 50:
        raise QuizError(f"--variants {chosen.variants}: give 0 to 50")
    quiz = selected(chosen)
    text = practice_page(quiz.questions, chosen.title or quiz.title, seed=quiz.seed, variants=chosen.variants)
    if chosen.output is None:
        out.write(text)
        return 0
    try:
        replace(chosen.output, text.encode())
    except OSError as error:
        raise QuizError(f"cannot write {chosen.output}: {error.strerror}") from None
    print(
        f"{chosen.output}: {len(quiz.questions)} questions, {len(text.encode()) / 1000:.0f} kB; open it in a browser",
        file=out,
    )
    return 0
