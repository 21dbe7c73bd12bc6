"""Questions from the GIFT that :mod:`course.quiz.export.gift` writes, by the rules of Moodle's importer."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence

from course.quiz.export.folding import accepted
from course.quiz.export.gift import svg_of
from course.quiz.export.losses import NO_HINT
from course.quiz.export.pieces import figure_of, parse_html, read_body, read_feedback, read_general, text_of
from course.quiz.export.rebuilding import matched, ordered, rebuilt, words
from course.quiz.forms import Choice, Form, Mistake, Number, Option, QuizError, Text
from course.quiz.question import Question

__all__ = ["parse"]

TOKEN = re.compile(r"\[(id|tag):((?:\\\]|[^\]])+)\]")
WEIGHT = re.compile(r"%(-?[0-9]{1,3}\.?[0-9]*)%")

#: What stands for an escaped character while the others are given their meaning; no exported text has one of these.
HELD = {c: chr(0xFDD0 + i) for i, c in enumerate("\\~=#{}:n")}
FREED = str.maketrans({held: "\n" if c == "n" else c for c, held in HELD.items()})


def parse(data: bytes) -> tuple[Question, ...]:
    """Return the questions of a GIFT file.

    Raises:
        QuizError: not UTF-8, or not what an export of the course writes.
    """
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise QuizError(f"cannot read the GIFT: {error}") from None
    blocks = [b for b in re.split(r"\n[ \t]*\n", text) if b.strip() and not b.startswith("$CATEGORY")]
    return tuple(rebuilt(block.strip()[:60], _question, block) for block in blocks)


def _question(block: str) -> Question:
    lines = block.strip().split("\n")
    notes = "\n".join(line for line in lines if line.startswith("//"))
    found = [(what, said.replace(r"\]", "]")) for what, said in TOKEN.findall(notes)]
    told = dict(said.split(": ", 1) for what, said in found if what == "tag")
    text = "\n".join(line for line in lines if not line.startswith("//"))
    text = re.sub(r"\\([\\~=#{}:n])", lambda m: HELD[m[1]], text)
    name, rest = text.removeprefix("::").split("::", 1)
    asked, answers = rest.split("{", 1)
    answers, _, worked_html = answers.removesuffix("}").rpartition("####")
    worked, whys = read_general(_html(worked_html))
    prompt, code, table, picture = read_body(_html(asked), svg_of)
    return Question(
        name.translate(FREED), told["kind"], told["topic"], int(told["level"]), int(told["lecture"]), prompt, NO_HINT,
        _form(told["form"], answers.strip(), whys), worked, code, table, picture,
    )  # fmt: skip


def _html(field: str) -> ET.Element:
    return parse_html(field.strip().removeprefix("[html]").translate(FREED))


def _form(name: str, answers: str, whys: Sequence[str]) -> Form:
    if name == "number":
        return _number(answers)
    if name in ("single", "multiple"):
        return Choice(
            tuple(_option(row) for row in re.split(r"\n?\t?(?=[~=])", answers) if row), name == "multiple"
        )
    rows = [row.strip() for row in answers.split("=") if row.strip()]
    if name == "text":
        weighed = [_weighed(row) for row in rows]
        right = [_word(word) for worth, word, _ in weighed if worth == 100]
        return Text(
            accepted(right), words((_word(word), *said) for worth, word, said in weighed if worth == 0)
        )
    halves = [row.partition("->") for row in rows]
    pairs = [(text_of(_html(left)), after.strip().translate(FREED)) for left, _, after in halves]
    if name == "order":
        return ordered([left for left, _ in pairs], [int(right) - 1 for _, right in pairs], whys)
    return matched(pairs, whys)


def _word(text: str) -> str:
    return text.translate(FREED).replace(r"\*", "*")


def _weighed(row: str) -> tuple[float, str, tuple[str, str]]:
    """Return weight, answer and feedback of an answer."""
    weight = WEIGHT.match(row)
    worth = float(weight[1]) if weight else 0.0
    answer, _, said = row[weight.end() if weight else 0 :].partition("#")
    return worth, answer.strip(), read_feedback(_html(said))


def _number(answers: str) -> Number:
    rows = [_weighed(row.strip()) for row in answers.removeprefix("#").split("=") if row.strip()]
    values = [tuple(figure_of(part) for part in answer.split(":")) for _, answer, _ in rows]
    mistakes = (Mistake(value[0], *said) for value, (_, _, said) in zip(values[1:], rows[1:], strict=True))
    return Number(values[0][0], values[0][1], "", tuple(mistakes))


def _option(row: str) -> Option:
    worth, answer, (mistake, why) = _weighed(row[1:])
    return Option(text_of(_html(answer)), row.startswith("=") or worth > 0, why, mistake)
