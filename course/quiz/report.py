"""A marked class on paper: tables for spreadsheets, a summary that fits a screen, and a marked sheet for each student."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from html import escape
from pathlib import Path

from course.quiz.exam import shown_questions
from course.quiz.files import clean, csv_bytes, renew
from course.quiz.forms import LETTERS, Choice, Match, Order
from course.quiz.marked import Answer, Classroom, Item, Sheet
from course.quiz.markup import html
from course.quiz.question import Question
from course.quiz.shown import as_html, as_text
from course.quiz.statistics import mean, median, spread
from course.quiz.variants import file_name

__all__ = ["sheet_as_html", "sheet_as_text", "summary", "tables", "write_feedback", "write_tables"]

WIDTH = 80
HEIGHT = 24
#: The least number of students with which a negative discrimination is pointed at, and with which figures are not rough.
ENOUGH, MANY = 10, 30
WORDS = {
    "right": "✓ right", "partly": "◐ partly right", "wrong": "✗ wrong", "unclear": "? not understood", "missing": "– no answer",
}  # fmt: skip


def tables(found: Classroom) -> dict[str, bytes]:
    """Return the CSV files of a marked class by name: scores, questions, mistakes, answers, and problems."""
    names = [f"q{i}" for i in range(1, len(found.plan.points) + 1)]
    extra = found.roster.columns if found.roster else ()
    students = found.roster.students if found.roster else {}
    scores: list[Sequence[object]] = []
    for sheet in found.sheets:
        about = [students.get(sheet.student, {}).get(column, "") for column in extra]
        states = [a.state for a in sheet.answers]
        scores.append([
            sheet.student, *about, "marked", float(sheet.points), found.of, 100 * sheet.points / found.of,
            len(states) - states.count("missing"), states.count("unclear"), *(a.points for a in sheet.answers),
            "; ".join(sheet.notes),
        ])  # fmt: skip
    for student in found.absent:
        about = [students.get(student, {}).get(column, "") for column in extra]
        scores.append([student, *about, "absent", "", found.of, "", 0, 0, *("" for _ in names), ""])
    head = ["student", *extra, "status", "points", "of", "percent", "answered", "unclear", *names, "notes"]
    return {
        "scores.csv": csv_bytes(head, scores),
        "questions.csv": csv_bytes(
            ["question", "what", "points", "students", "answered", "unclear", "mean_score", "discrimination", "upper_minus_lower",
             "commonest_mistake", "times"],
            [
                [i.name, i.what, i.of, len(found.sheets), i.answered, i.unclear, i.difficulty, i.discrimination, i.upper_lower,
                 *(_commonest(i) or ("", ""))]
                for i in found.items
            ],
        ),
        "mistakes.csv": csv_bytes(
            ["mistake", "students", "answers", "questions"],
            [[name, pupils, answers, " ".join(where)] for name, answers, pupils, where in found.mistakes],
        ),
        "problems.csv": csv_bytes(["file", "reason"], found.problems),
        "answers.csv": csv_bytes(
            ["student", "question", "kind", "level", "response", "read_as", "state", "points", "of", "right_answer", "mistakes", "message"],
            [
                [s.student, a.name, a.question.kind if a.question.kind != "bank" else a.question.name, a.question.level, a.response,
                 a.mark.read, a.state, a.points, a.of, a.question.answer, "; ".join(m.name for m in a.mark.mistakes),
                 a.mark.message if a.state == "unclear" else ""]
                for s in found.sheets for a in s.answers
            ],
        ),
    }  # fmt: skip


def _commonest(item: Item) -> tuple[str, int] | None:
    ordered = sorted(item.mistakes.items(), key=lambda pair: (-pair[1], pair[0]))
    return ordered[0] if ordered else None


def write_tables(found: Classroom, folder: Path) -> None:
    """Write the tables of a marked class into a folder, in place of those of an earlier run.

    Raises:
        QuizError: a file of that name stands there that was not written by this command.
    """
    renew(folder, tables(found))


def write_feedback(found: Classroom, folder: Path) -> None:
    """Write each student's marked sheet into a folder as a page and as text, in place of those of an earlier run.

    Raises:
        QuizError: as in :func:`write_tables`.
    """
    files: dict[str, bytes] = {}
    for sheet in found.sheets:
        name = file_name(sheet.student)
        files[f"{name}.html"] = sheet_as_html(sheet, found).encode("utf-8", "backslashreplace")
        files[f"{name}.txt"] = sheet_as_text(sheet, found).encode("utf-8", "backslashreplace")
    renew(folder, files)


def _figure(value: float | None, digits: int = 2) -> str:
    """Return a figure for a table, – where it is not defined."""
    return "–" if value is None else f"{value:.{digits}f}".replace("-", "−")


def _fit(text: str, width: int = WIDTH) -> str:
    """Return a line cut to a width."""
    return text if len(text) <= width else text[: width - 1] + "…"


def summary(found: Classroom, out: Path | None = None, feedback: Path | None = None) -> str:
    """Return what the command prints: the class, its questions, its mistakes, and what asks for a look.

    It has at most 24 lines of 80 columns; the tables have all.
    """
    if out:
        written = [_fit(f"{out}: scores, questions, mistakes, answers and problems, each as .csv")]
    else:
        written = ["No tables written: --out FOLDER writes scores, questions, mistakes and answers"]
    if feedback:
        written.append(_fit(f"{feedback}: a marked sheet for each student"))
    parts = [_class(found), _questions(found), _mistakes(found), _look(found), written]
    parts = [part for part in parts if part]
    apart = len(parts) - 1 + sum(map(len, parts)) <= HEIGHT
    return ("\n\n" if apart else "\n").join("\n".join(part) for part in parts)


def _class(found: Classroom) -> list[str]:
    n = len(found.sheets)
    counts = [f"{n} marked"]
    counts += [f"{len(found.absent)} absent"] if found.roster else []
    counts += [f"{len(found.problems)} not marked"] if found.problems else []
    size = f"{len(found.plan.points)} questions, {found.of:g} points"
    lines = [_fit(f"{clean(found.plan.title)}: {', '.join(counts)}; {size}")]
    points = [sheet.points for sheet in found.sheets]
    middle = mean(points)
    if middle is not None:
        rough = " (rough)" if n < MANY else ""
        lines.append(
            _fit(
                f"Points: mean {middle:.4g} ({100 * middle / found.of:.0f} %), median {median(points):.4g}, "
                f"SD {_figure(spread(points))}, {min(points):.4g} to {max(points):.4g}; alpha {_figure(found.alpha)}{rough}"
            )
        )
    return lines


def _questions(found: Classroom, most: int = 6) -> list[str]:
    if not found.sheets:
        return []
    items = found.items
    shown = items if len(items) <= most else sorted(items, key=lambda i: i.difficulty or 0)[:most]
    lines = [f"{'question':<24} mean discr. up−low  commonest mistake"]
    for item in shown:
        told = _commonest(item)
        mistake = f"{told[1]}× {told[0]}" if told else ""
        figures = (
            f"{_figure(item.difficulty):>4} {_figure(item.discrimination):>6} {_figure(item.upper_lower):>6}"
        )
        lines.append(_fit(f"{_fit(f'{item.name:<3} {item.what}', 24):<24} {figures}  {mistake}").rstrip())
    if len(items) > most:
        lines.append(f"… the {most} hardest of {len(items)}")
    return lines


def _mistakes(found: Classroom, most: int = 3) -> list[str]:
    rows = found.mistakes[:most]
    return ["Most common misconceptions:"] * bool(rows) + [
        _fit(f"  {pupils} student{'s' if pupils != 1 else ''}, {', '.join(where)}: {name}")
        for name, _, pupils, where in rows
    ]


def _look(found: Classroom, most: int = 2) -> list[str]:
    """Return what asks for a person: questions that look wrong, answers not understood, files not marked."""
    lines: list[str] = []
    bad = [i.name for i in found.items if (i.discrimination or 0) < 0] if len(found.sheets) >= ENOUGH else []
    if bad:
        lines.append(f"{', '.join(bad)}: stronger students do worse on it; is the question clear?")
    unclear, problems = found.unclear, found.problems
    lines += [f"{student}, {a.name}: {clean(a.mark.message)}" for student, a in unclear[:most]]
    if len(unclear) > most:
        lines.append(f"… {len(unclear)} answers not understood, 0 points so far: answers.csv, state unclear")
    lines += [f"{name}: {reason}" for name, reason in problems[:most]]
    if len(problems) > most:
        lines.append(f"… {len(problems)} files or students not marked: problems.csv")
    return ["Please look at:"] * bool(lines) + [_fit(f"  {line}") for line in lines]


def _answer(question: Question) -> str:
    """Return the right answer with its words, not letters alone."""
    form, unit = question.form, getattr(question.form, "unit", "")
    if isinstance(form, Choice):
        return "; ".join(
            f"{letter}) {o.text}" for letter, o in zip(LETTERS, form.options, strict=False) if o.right
        )
    if isinstance(form, Order):
        return ", then ".join(f"{LETTERS[i]}) {form.items[i]}" for i in form.right)
    if isinstance(form, Match):
        return "; ".join(f"{left}: {form.right[p]}" for left, p in zip(form.left, form.pairs, strict=True))
    return f"{question.answer} {unit}".strip()


def _told(answer: Answer) -> str:
    """Return what to say of an answer."""
    return "" if answer.state == "missing" else answer.mark.message


def sheet_as_text(sheet: Sheet, found: Classroom) -> str:
    """Return a student's marked sheet as plain text."""
    parts = [f"{found.plan.title}\n{sheet.student}: {sheet.points:g} of {found.of:g} points"]
    shown = shown_questions([a.question for a in sheet.answers], found.plan.points)
    for answer, asked in zip(sheet.answers, shown, strict=True):
        lines = [
            as_text(asked), f"  Your answer: {clean(answer.response) or '–'}",
            f"  {WORDS[answer.state]}: {answer.points:.3g} of {answer.of:g}. {_told(answer)}".rstrip(),
            f"  Right answer: {_answer(answer.question)}", *(f"  {line}" for line in answer.question.worked),
        ]  # fmt: skip
        parts.append("\n".join(lines))
    wrapped = [
        line
        if line.startswith("    ") or len(line) <= WIDTH
        else textwrap.fill(line, WIDTH, subsequent_indent="  ")
        for part in parts
        for line in [*part.splitlines(), ""]
    ]
    return "\n".join(wrapped)


STYLE = """
:root { color-scheme: light dark; } body { max-width: 45rem; margin: 1rem auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif; }
section { border-top: 1px solid; margin-top: 1.5rem; break-inside: avoid; } pre { white-space: pre-wrap; overflow-wrap: anywhere; }
td, th { padding: 0 .8rem 0 0; text-align: left; }
.mark { font-weight: 600; } .answer { border-left: 4px solid; padding-left: 1rem; }
"""


def sheet_as_html(sheet: Sheet, found: Classroom) -> str:
    """Return a student's marked sheet as a page of its own, in which no script can run."""
    title = f"{found.plan.title}: {sheet.student}"
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">",
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body><main><h1>{escape(found.plan.title)}</h1>",
        f"<p>{escape(sheet.student)}: <strong>{sheet.points:g} of {found.of:g} points</strong></p>",
    ]
    shown = shown_questions([a.question for a in sheet.answers], found.plan.points)
    for answer, asked in zip(sheet.answers, shown, strict=True):
        worked = "\n\n".join(answer.question.worked)
        parts.append(
            f'<section>{as_html(asked)}<div class="answer"><p>Your answer: <strong>{escape(clean(answer.response)) or "–"}</strong></p>'
            f'<p class="mark">{WORDS[answer.state]}, {answer.points:.3g} of {answer.of:g}</p>{html(_told(answer))}'
            f"<p>Right answer: <strong>{escape(_answer(answer.question))}</strong></p>{html(worked)}</div></section>"
        )
    return "\n".join([*parts, "</main></body></html>", ""])
