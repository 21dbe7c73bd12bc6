"""The quiz in a notebook: it marks, hints and shows worked answers in the page, with or without a kernel."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from course.quiz.forms import QuizError
from course.quiz.page import questions_as_html
from course.quiz.plan import read_plan, select
from course.quiz.progress import dumps, loads
from course.quiz.progress_file import ProgressFile
from course.quiz.question import Question
from course.quiz.similar import of_skill, pools, similar, stored
from course.widgets.bundle import bundle, styles

__all__ = ["Quiz"]

DEFAULTS: dict[str, Any] = {
    "count": 5, "level": None, "topic": None, "lecture": None, "bank": False, "plan": None, "questions": None, "variants": 3,
    "progress": True,
}  # fmt: skip

#: How many skills one round takes.
MOST = 50


class Quiz(anywidget.AnyWidget):
    """Questions to practise on, one at a time: answer, press Enter, read which mistake it was and how it is worked out.

    Everything is reached by keyboard. Questions, answers and some similar questions are part of the widget, so that it works
    without a kernel; where one runs, *Next similar* never ends, and the record of progress is that of ``course quiz`` in the
    terminal.

    Args:
        seed: a number or a text; the same seed asks the same questions. None draws a new one.
        count: how many questions.
        level: 1 to 5; None lets it rise.
        topic: a topic such as ``parameters``, a kind such as ``conv``, or a theme of the bank such as ``dropout``; None mixes all.
        lecture: only what this lecture teaches.
        bank: True for written questions only.
        plan: a plan's TOML file in place of all these; see :mod:`course.quiz.plan`.
        questions: questions in place of all these.
        variants: how many similar questions are stored with each.
        progress: False keeps no record of the answers.

    Raises:
        QuizError: an unknown topic or level, or too few questions.

    >>> quiz = Quiz(seed=7, count=3, topic="dense", level=1)
    >>> quiz
    Quiz(seed=7, count=3, level=1, topic='dense')
    >>> len(quiz.questions), quiz.score
    (3, (0, 0))
    """

    _esm = bundle("quiz.js")
    _css = styles("theme.css", "quiz.css", within="Quiz")

    content = traitlets.Dict().tag(sync=True)
    progress = traitlets.Bool(True).tag(sync=True)
    #: What became of each question answered: name, state, score, response.
    results: traitlets.List[dict[str, Any]] = traitlets.List().tag(sync=True)

    def __init__(
        self, seed: object = None, count: int = 5, level: int | None = None, topic: str | None = None,
        lecture: int | None = None, bank: bool = False, plan: str | Path | None = None,
        questions: Sequence[Question] | None = None, variants: int = 3, progress: bool = True,
    ) -> None:  # fmt: skip
        if type(variants) is not int or not 0 <= variants <= 50:
            raise QuizError(f"variants is {variants!r}: give a whole number from 0 to 50")
        self.seed = seed if seed is not None else int.from_bytes(os.urandom(2), "big")
        self.options: dict[str, Any] = {
            "count": count, "level": level, "topic": topic, "lecture": lecture, "bank": bank,
            "plan": None if plan is None else str(plan), "questions": None if questions is None else tuple(questions),
            "variants": variants, "progress": progress,
        }  # fmt: skip
        chosen = [n for n in ("count", "level", "topic", "lecture", "bank") if self.options[n] != DEFAULTS[n]]
        given = [n for n in ("plan", "questions") if self.options[n] is not None]
        if len(given) > 1 or (given and chosen):
            raise QuizError(f"{given[0]} says all of it: leave out {(chosen + given[1:])[0]}")
        self._rounds = 0
        self._known: dict[str, Question] = {}
        self.questions = self._drawn(self.seed)
        items = self._items(self.questions, self.seed)
        super().__init__(content={"title": self.title, "items": items}, progress=progress)
        self.on_msg(self._heard)

    @property
    def title(self) -> str:
        """What the quiz is called."""
        plan = self.options["plan"]
        return read_plan(Path(plan)).title if plan else "Quiz"

    @property
    def score(self) -> tuple[int, int]:
        """How many questions were right at the first answer, of how many that were answered."""
        return sum(one.get("state") == "right" for one in self.results), len(self.results)

    def _drawn(self, seed: object) -> tuple[Question, ...]:
        """Return the questions of a round."""
        options = self.options
        if options["questions"] is not None:
            if not options["questions"]:
                raise QuizError("a quiz needs at least 1 question, and questions is empty")
            found: tuple[Question, ...] = options["questions"]
            if seed == self.seed:
                return found
            return tuple((*similar(q, f"{seed}.{n}", 1, found), q)[0] for n, q in enumerate(found))
        if options["plan"] is not None:
            return read_plan(Path(options["plan"])).questions(seed)
        return select(
            seed,
            options["count"],
            options["level"],
            options["topic"],
            options["lecture"],
            bank_only=options["bank"],
        )

    def _items(self, questions: Sequence[Question], seed: object) -> list[list[dict[str, Any]]]:
        """Return questions and similar ones as the page takes them."""
        found = pools(questions, seed, self.options["variants"])
        self._known |= {q.name: q for pool in found for q in pool}
        return [[stored(q) for q in pool] for pool in found]

    def _heard(self, _: object, content: Any, __: object) -> None:
        """Answer the page: each message has an event and a number, which goes back with the answer."""
        answers: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "hello": self._hello, "progress": self._progress, "erase": self._erase, "similar": self._similar, "round": self._round
        }  # fmt: skip
        if not isinstance(content, dict) or content.get("event") not in answers:
            return
        try:
            reply = answers[content["event"]](content)
        except (QuizError, OSError) as error:
            reply = {"trouble": f"{str(error)[:1].upper()}{str(error)[1:]}."}
        self.send({"id": content.get("id"), **reply})

    def _hello(self, content: dict[str, Any]) -> dict[str, Any]:
        """Unite the browser's record with the file's, and return all of it."""
        file = ProgressFile()
        file.add(loads(str(content.get("text"))).answers)
        told = {"progress": dumps(file.answers())}
        return {**told, "trouble": " ".join(file.notes)} if file.notes else told

    def _progress(self, content: dict[str, Any]) -> dict[str, Any]:
        return {"kept": ProgressFile().add(loads(str(content.get("text"))).answers)}

    def _erase(self, _: dict[str, Any]) -> dict[str, Any]:
        ProgressFile().erase()
        return {}

    def _similar(self, content: dict[str, Any]) -> dict[str, Any]:
        """Return one more question like that of a name, none of which the page has."""
        told = content.get("have")
        names = [str(name) for name in told] if isinstance(told, list) else []
        have = [self._known[name] for name in names if name in self._known]
        question = self._known.get(str(content.get("name")))
        if question is None:
            raise QuizError("the kernel does not know this question: run the cell again")
        found = similar(question, f"{self.seed}.{question.name}.{len(have)}", 1, have)
        self._known |= {q.name: q for q in found}
        return {"questions": [stored(q) for q in found]}

    def _round(self, content: dict[str, Any]) -> dict[str, Any]:
        """Return the questions of another round, or one for each of the skills that are named."""
        self._rounds += 1
        seed = f"{self.seed}+{self._rounds}"
        skills = content.get("skills")
        if not isinstance(skills, list) or not skills:
            return {"items": self._items(self._drawn(seed), seed)}
        found, gone = [], []
        for number, skill in enumerate(skills[:MOST]):
            try:
                found.append(of_skill(str(skill), f"{seed}.{os.urandom(4).hex()}.{number}"))
            except QuizError as error:
                gone.append(str(error))
        told: dict[str, Any] = {"items": self._items(found, seed)}
        return {**told, "trouble": f"Left out: {'; '.join(gone)}."} if gone else told

    def __repr__(self) -> str:
        """Print the constructor call that rebuilds this quiz."""
        told = "".join(f", {n}={v!r}" for n, v in self.options.items() if v != DEFAULTS[n])
        return f"Quiz(seed={self.seed!r}{told})"

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """Give the live quiz; and for pages without it, and screen readers, the questions."""
        told = super()._repr_mimebundle_(**kwargs)
        if told is None:
            return None
        data, metadata = told
        how = "A quiz: run the cell to answer it."
        texts = "\n\n".join(f"Question {n}. {q.text}" for n, q in enumerate(self.questions, start=1))
        plain = f"{self!r}\n{how}\n\n{texts}"
        return {
            **data,
            "text/html": f"<p>{how}</p>{questions_as_html(self.questions)}",
            "text/plain": plain,
        }, metadata
