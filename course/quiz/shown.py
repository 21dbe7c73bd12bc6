"""A question of an exam as its student sees it: as text, as HTML, and how an answer to it is read; no answers are known here."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from html import escape
from typing import Any

from course.quiz.forms import LETTERS, same
from course.quiz.markup import html, inline
from course.quiz.question import table_as_text
from course.quiz.reading import EMPTY, LONGEST, read, read_letters, read_order, read_pairs

__all__ = ["HOW", "ReadBack", "as_html", "as_text", "read_back"]

#: How to answer each form.
HOW = {
    "number": "A number, or an expression such as (3*3*16 + 1)*32.",
    "single": "One letter.",
    "multiple": "All letters that are right, such as ac.",
    "text": "A word or two.",
    "order": "All letters in order, the first one first, such as cabd.",
    "match": "A letter for each number, such as 1c 2a 3b.",
}


@dataclass(frozen=True)
class ReadBack:
    """How an answer was read; whether it is right is not known here.

    Attributes:
        name: q1, q2, …
        said: the answer as typed.
        read: what it was taken for; empty where that is not clear.
        problem: what is not clear, or that there is no answer; else empty.
    """

    name: str
    said: str
    read: str = ""
    problem: str = ""

    @property
    def line(self) -> str:
        """What to tell the student."""
        if self.problem:
            return f"{self.name}: {self.problem}"
        return f"{self.name}: read as {self.read}"


def read_back(shown: dict[str, Any], said: str) -> ReadBack:
    """Return how an answer to a shown question is read.

    >>> read_back({"name": "q1", "form": "number", "unit": "", "decimals": False}, "(3*3*16 + 1)*32").line
    'q1: read as 4640'
    >>> read_back({"name": "q2", "form": "multiple", "options": ["x", "y"]}, "ad").line
    "q2: there is no 'd': answer with letters from a to b"
    """
    name = shown["name"]
    if not said.strip():
        return ReadBack(name, said, problem=EMPTY)
    match shown["form"]:
        case "number":
            reading = read(said, decimals=shown["decimals"], unit=shown["unit"])
            if reading.value is None:
                return ReadBack(name, said, problem=reading.problem)
            value = reading.value
            number = str(value) if value.denominator == 1 else f"{float(value):.10g}"
            return ReadBack(name, said, f"{number} {shown['unit']}".strip())
        case "text":
            if len(said) > LONGEST:
                return ReadBack(
                    name, said, problem=f"that is longer than {LONGEST} characters: a word or two will do"
                )
            return (
                ReadBack(name, said, f"“{same(said)}”") if same(said) else ReadBack(name, said, problem=EMPTY)
            )
        case "single" | "multiple":
            found = read_letters(said, len(shown["options"]), several=shown["form"] == "multiple")
            letters = isinstance(found, str) or "".join(LETTERS[i] for i in sorted(found))
        case "order":
            found = read_order(said, len(shown["items"]))
            letters = isinstance(found, str) or "".join(LETTERS[i] for i in found)
        case _:
            found = read_pairs(said, len(shown["left"]), len(shown["right"]))
            letters = isinstance(found, str) or " ".join(
                f"{n}{LETTERS[i]}" for n, i in enumerate(found, start=1)
            )
    if isinstance(found, str):
        return ReadBack(name, said, problem=found)
    return ReadBack(name, said, str(letters))


def _worth(shown: dict[str, Any]) -> str:
    points = shown["points"]
    return f"{points:g} point{'' if points == 1 else 's'}"


def _listed(shown: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """Return the lists of things to choose among, each thing under the mark that it is answered by."""
    match shown["form"]:
        case "single" | "multiple":
            return [("a", shown["options"])]
        case "order":
            return [("a", shown["items"])]
        case "match":
            return [("1", shown["left"]), ("a", shown["right"])]
    return []


def as_text(shown: dict[str, Any]) -> str:
    """Return a shown question as plain text.

    >>> asked = {"name": "q1", "points": 1, "prompt": "Which is one?", "code": "", "table": [], "form": "single", "options": ["1", "2"]}
    >>> print(as_text(asked))
    q1 (1 point). Which is one?
      a) 1
      b) 2
      One letter.
    """
    parts = [f"{shown['name']} ({_worth(shown)}). {shown['prompt']}"]
    if shown["code"]:
        parts.append("\n".join(f"    {line}" for line in shown["code"].splitlines()))
    if shown["table"]:
        parts.append(table_as_text(tuple(tuple(row) for row in shown["table"])))
    if "picture" in shown:
        parts.append(f"[Picture: {shown['picture']['alt']}]")
    for sort, things in _listed(shown):
        marks = LETTERS if sort == "a" else range(1, len(things) + 1)
        parts += [f"  {mark}) {thing}" for mark, thing in zip(marks, things, strict=False)]
    unit = f" The unit is {shown['unit']}." if shown.get("unit") else ""
    return "\n".join([*parts, f"  {HOW[shown['form']]}{unit}"])


def as_html(shown: dict[str, Any]) -> str:
    """Return a shown question as HTML; pictures are images, in which no script can run."""
    parts = [f"<h4>{escape(shown['name'])} <small>({_worth(shown)})</small></h4>", html(shown["prompt"])]
    if shown["code"]:
        parts.append(f"<pre><code>{escape(shown['code'])}</code></pre>")
    if shown["table"]:
        head, *rows = shown["table"]
        cells = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)
        body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
        parts.append(f"<table><thead><tr>{cells}</tr></thead><tbody>{body}</tbody></table>")
    if "picture" in shown:
        picture = base64.b64encode(shown["picture"]["svg"].encode()).decode()
        parts.append(
            f'<img src="data:image/svg+xml;base64,{picture}" alt="{escape(shown["picture"]["alt"])}" style="max-width: 100%">'
        )
    for sort, things in _listed(shown):
        rows = "".join(f"<li>{inline(thing)}</li>" for thing in things)
        parts.append(f'<ol type="{sort}">{rows}</ol>')
    unit = f" The unit is {escape(shown['unit'])}." if shown.get("unit") else ""
    parts.append(f"<p><small>{HOW[shown['form']]}{unit}</small></p>")
    return "\n".join(parts)
