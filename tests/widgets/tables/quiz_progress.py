"""Records of progress: replayed, merged, written and read in both languages, good ones and damaged ones."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

from course.quiz import Choice, Mistake, Number, Option, Question, mark
from course.quiz.forms import QuizError
from course.quiz.progress import (
    RESULTS,
    Answer,
    answered,
    due,
    dumps,
    loads,
    merged,
    mistakes,
    skills,
    streak,
)

MODULE = "quiz_progress.js"
SKILLS = ("conv/3", "dense/1", "dropout-scale", "conv/10", "Ünet/2", "\U0001f600/1", "\uff21/1")
NAMES = ("forgets the biases", "adds", "überschlägt", "\U0001f600", "\uff21")
FIRST = datetime(2026, 2, 24, 9, 15, 3, 120000)
ROW = {
    "at": "2026-11-22T10:15:03.120",
    "skill": "conv/3",
    "topic": "parameters",
    "result": "right",
    "mistakes": [],
}
ODD_ROWS: tuple[Any, ...] = (
    None, 7, [], "x", {}, {**ROW, "at": "yesterday"}, {**ROW, "at": "2026-11-22T10:15:03"}, {**ROW, "at": "2026-02-29T10:15:03.120"},
    {**ROW, "at": "2024-02-29T10:15:03.120"},
    {**ROW, "at": "2026-13-01T10:15:03.120"}, {**ROW, "at": "2026-11-22T25:15:03.120"}, {**ROW, "at": "2026-11-22T10:60:03.120"},
    {**ROW, "at": "2026-11-22T10:15:60.120"},
    {**ROW, "at": "0000-11-22T10:15:03.120"}, {**ROW, "at": "0001-11-22T10:15:03.120"}, {**ROW, "at": "9999-12-31T10:15:03.120"},
    {**ROW, "at": "2026-11-22t10:15:03.120"}, {**ROW, "at": "٢٠٢٦-11-22T10:15:03.120"},
    {**ROW, "at": 7}, {**ROW, "skill": ""}, {**ROW, "skill": "x" * 200}, {**ROW, "skill": "x" * 201}, {**ROW, "skill": "\U0001f600" * 200}, {**ROW, "skill": None},
    {**ROW, "topic": ""}, {**ROW, "topic": "t" * 201}, {**ROW, "result": "great"},
    {**ROW, "result": None}, {**ROW, "mistakes": None}, {**ROW, "mistakes": ["b", "a", "b"]},
    {**ROW, "mistakes": [""]}, {**ROW, "mistakes": ["x"] * 31}, {**ROW, "mistakes": [str(i) for i in range(30)]}, {**ROW, "mistakes": [7]}, {**ROW, "extra": "ignored"},
    {k: v for k, v in ROW.items() if k != "topic"},
)  # fmt: skip
HEAD = '{"format": "course quiz progress"'
TEXTS = (
    "[]", "null", "7", '"x"', "{}", f"{HEAD}}}", f'{HEAD}, "version": 2, "answers": []}}', f'{HEAD}, "version": "1", "answers": []}}',
    f'{HEAD}, "version": true, "answers": []}}', f'{HEAD}, "version": 1}}', f'{HEAD}, "version": 1, "answers": {{}}}}',
    '{"format": "other", "version": 1, "answers": []}', f'{HEAD}, "version": 1, "answers": []}}',
)  # fmt: skip


def record(dice: random.Random) -> list[Answer]:
    """Return some weeks of answers, with doubles and in no order."""
    found = []
    for _ in range(dice.randint(0, 30)):
        at = FIRST + timedelta(days=dice.randint(0, 30), seconds=dice.randint(0, 3))
        names = tuple(sorted(dice.sample(NAMES, dice.randint(0, 2))))
        stamp = f"{at:%Y-%m-%dT%H:%M:%S}.{dice.choice((0, 120)):03d}"
        found.append(
            Answer(stamp, dice.choice(SKILLS), dice.choice(("nets", "sizes")), dice.choice(RESULTS), names)
        )
    return found


def plain(answers: Any) -> list[dict[str, Any]]:
    return [asdict(a) for a in answers]


def told(text: str) -> dict[str, Any]:
    """Return the case of reading a text."""
    one: dict[str, Any] = {"function": "loads", "arguments": [text]}
    try:
        found = loads(text)
        return {**one, "result": {"answers": plain(found.answers), "left_out": found.left_out}}
    except QuizError as error:
        return {**one, "refused": str(error)}


def cases() -> Iterator[dict[str, Any]]:
    dice = random.Random(5)
    for number in range(120):
        log, other = record(dice), record(dice)
        today = date(2026, 2, 20) + timedelta(days=dice.randint(0, 70))
        rows = [{**asdict(s), "due": str(s.due)} for s in skills(log).values()]
        yield {"function": "skills", "arguments": [plain(log)], "result": rows}
        names = [{**asdict(s), "due": str(s.due)} for s in due(log, today)]
        yield {"function": "due", "arguments": [plain(log), str(today)], "result": names}
        yield {"function": "mistakes", "arguments": [plain(log)], "result": [list(m) for m in mistakes(log)]}
        yield {"function": "streak", "arguments": [plain(log), str(today)], "result": streak(log, today)}
        both = plain(merged(log, other))
        yield {"function": "merged", "arguments": [plain(log), plain(other)], "result": both}
        if number % 4 == 0:
            yield told(dumps(log))
            body = json.dumps([*map(asdict, log), dice.choice(ODD_ROWS)])
            yield told(f'{{"answers": {body}, "version": 1, "format": "course quiz progress", "more": 1}}')
    edge = [Answer("9999-12-30T10:00:00.000", "conv/1", "nets", result) for result in RESULTS]
    yield {"function": "skills", "arguments": [plain(edge)], "result": [{**asdict(s), "due": str(s.due)} for s in skills(edge).values()]}  # fmt: skip
    for text in TEXTS:
        yield told(text)
    for row in ODD_ROWS:
        yield told(
            f'{{"format": "course quiz progress", "version": 1, "answers": [{json.dumps(row)}, {json.dumps(ROW)}]}}'
        )
    forms = (
        Number(7, mistakes=(Mistake(5, "forgets two", "So."),)),
        Choice((Option("a", True, "y"), Option("b", False, "n", "believes b"), Option("c", False, "n"), Option("d", False, "n", "a belief")), several=True),
    )  # fmt: skip
    for form in forms:
        for kind in ("bank", "conv"):
            question = Question("some-name", kind, "nets", 2, 3, "What?", "Think.", form, ("So.",))
            for response in ("7", "5", "9", "a", "b", "ab", "abcd", "c", "cd", None):
                given = None if response is None else mark(question, response)
                if given and given.state == "unclear":
                    continue
                for helped in (False, True):
                    kept = asdict(answered(question, given, helped=helped, now=FIRST))
                    arguments = [
                        question.to_dict(answers=True),
                        given and asdict(given),
                        helped,
                        "2026-02-24T09:15:03.120",
                    ]
                    yield {"function": "answered", "arguments": arguments, "result": kept}
