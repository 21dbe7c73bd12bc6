"""One sitting at the terminal: ask, mark, work out, keep the answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TextIO

from course.quiz.forms import LETTERS, Choice, Order, QuizError
from course.quiz.marking import Mark, mark
from course.quiz.progress import Answer, Clock, answered, mistakes, skill_of
from course.quiz.progress_file import ProgressFile
from course.quiz.question import Question
from course.quiz.review import question_of
from course.quiz.screen import Screen
from course.quiz.similar import similar
from course.quiz.wording import answer_lines, how_to_answer, plural, whys

__all__ = ["Session"]

#: How often a review asks again what was wrong.
AGAIN = 2

SIGNS = {"right": "✓", "wrong": "✗", "partly": "~", "unclear": "?"}


class _Stop(Exception):
    """The student wants no more."""


@dataclass
class _Tally:
    """How the questions of one sort went."""

    states: Counter[str] = field(default_factory=Counter)
    points: float = 0.0

    @property
    def done(self) -> int:
        return self.states.total()


class Session:
    """One sitting.

    Args:
        screen: where it is written.
        lines: what is typed; where that is a terminal, it waits after every answer.
        file: where answers are kept; None keeps none.
        seed: of the questions that are asked in addition.
        clock: tells local time.
        repeat: True asks again at the end what was wrong.
    """

    def __init__(
        self, screen: Screen, lines: TextIO, file: ProgressFile | None, seed: str, clock: Clock, *, repeat: bool = False
    ) -> None:  # fmt: skip
        self.screen, self.lines, self.file, self.seed, self.clock = screen, lines, file, seed, clock
        self.repeat = repeat
        self.waits = lines.isatty()
        self.kept: list[Answer] = []
        self.seen: list[Question] = []
        self.asked, self.extra = _Tally(), _Tally()

    def greet(self, title: str) -> None:
        """Say what is asked, and what may be typed."""
        self.screen.say(title, style="head")
        more = ", n another like it (after an answer)" if self.waits else ""
        self.screen.say(f"Type the answer, or: ? hint, w worked answer, s skip{more}, q stop.")

    def notes(self) -> None:
        """Say what happened to the file."""
        while self.file and self.file.notes:
            self.screen.say(self.file.notes.pop(0), style="unclear")

    def ask_all(self, questions: Sequence[Question], points: Sequence[float] = ()) -> int:
        """Ask the questions in turn, say how it went, and return the exit code."""
        worth = list(points) or [1.0] * len(questions)
        code = 0
        try:
            self._ask_all(list(questions), worth)
        except _Stop:
            pass
        except KeyboardInterrupt:
            self.screen.write("")
            code = 130
        self._close(len(questions), worth)
        return code

    def _ask_all(self, queue: list[Question], worth: list[float]) -> None:
        first = len(queue)
        times: Counter[str] = Counter()
        self.seen += queue
        for number, question in enumerate(queue, start=1):  # grows while a review repeats
            tally = self.asked if number <= first else self.extra
            state = self._one(question, f"{number}.", tally, worth[number - 1] if number <= first else 0)
            skill = skill_of(question)
            if self.repeat and state == "wrong" and times[skill] < AGAIN:
                times[skill] += 1
                again = question_of(skill, f"{self.seed}.again.{number}")
                if again is not None:
                    queue.append(again)
            if self.waits:
                self._pause(question, last=number == len(queue))

    def _one(self, question: Question, head: str, tally: _Tally, points: float) -> str:
        """Ask one question until there is a clear answer; return its state."""
        self.screen.write("")
        self.screen.question(question, f"{head} [{question.topic}, level {question.level}]")
        helped = False
        while True:
            line = self._line(how_to_answer(question.form))
            command = self._command(line, question)
            if command == "?":
                self.screen.say("The hint again:" if helped else "Hint:", "  ", style="faint")
                self.screen.say(question.hint, "  ")
                helped = True
            elif command == "n":
                self.screen.say("Answer this one first (or s skip); then n asks another like it.", "  ")
            elif command == "s":
                self.screen.say("Skipped.", "  ")
                self._solution(question)
                state = "skipped"
                break
            elif command == "w":
                self.screen.say("Here is how; it counts as wrong.", "  ")
                self._solution(question)
                self._keep(question, None, helped)
                state = "wrong"
                break
            else:
                result = mark(question, line)
                said = result.message[:1].upper() + result.message[1:]
                self.screen.say(said, "  ", f"{SIGNS[result.state]} ", style=result.state)
                if result.state == "unclear":
                    continue
                self._whys(question, result)
                self._solution(question)
                self._keep(question, result, helped)
                tally.points += points * result.score
                state = result.state
                break
        tally.states[state] += 1
        return state

    def _command(self, line: str, question: Question) -> str:
        """Return the command that a line is; empty for an answer: a letter on display is one."""
        typed = line.strip().lower()
        if typed in ("q", "quit", "exit"):
            word = "q"
        else:
            word = typed if typed in ("?", "w", "s", "n") else ""
        form = question.form
        shown = (
            len(form.options)
            if isinstance(form, Choice)
            else len(form.items)
            if isinstance(form, Order)
            else 0
        )
        if typed in LETTERS[:shown]:
            word = ""
        if word == "q":
            raise _Stop
        return word

    def _line(self, words: str) -> str:
        self.screen.ask(words)
        line = self.lines.readline()
        if not line:
            self.screen.write("")
            raise _Stop
        return line

    def _whys(self, question: Question, result: Mark) -> None:
        """Say why things are as they are, of those the mark does not speak of."""
        if result.state == "right" or (isinstance(question.form, Choice) and not question.form.several):
            return
        told = whys(question)
        if isinstance(question.form, Choice):
            told = [(x, why) for x, why in told if x in question.answer and x not in result.read]
        for letter, why in told:
            self.screen.say(why, "     ", f"  {letter}) ")

    def _solution(self, question: Question) -> None:
        self.screen.write("")
        if not question.worked[-1].startswith("answer:") or isinstance(question.form, Order):
            first, *rest = answer_lines(question.form)
            self.screen.say(first, "          ", "  answer: ")
            for line in rest:
                self.screen.say(line, "          ")
        for step in question.worked:
            self.screen.say(step, "  ")

    def _keep(self, question: Question, result: Mark | None, helped: bool) -> None:
        """Add an answer to the file at once, so that nothing is lost however the sitting ends."""
        answer = answered(question, result, helped=helped, now=self.clock())
        self.kept.append(answer)
        if self.file is None:
            return
        try:
            self.file.add([answer])
        except QuizError as error:
            self.file = None
            self.screen.say(f"Your answers are not kept: {error}.", style="unclear")
        self.notes()

    def _pause(self, question: Question, *, last: bool) -> None:
        """Wait until the student goes on; ask similar ones for as long as that is wanted."""
        while True:
            self.screen.write("")
            line = self._line(f"Enter {'ends' if last else 'goes on'}, n similar, q stops ")
            typed = line.strip().lower()
            if typed in ("q", "quit", "exit"):
                raise _Stop
            if not typed:
                return
            if typed != "n":
                self.screen.say("That one is answered already. Press Enter to go on, or type n or q.", "  ")
                continue
            others = similar(question, f"{self.seed}.like.{len(self.seen)}", 1, self.seen)
            if not others:
                self.screen.say(f"There is no other question on {question.topic}.", "  ")
                continue
            self.seen += others
            self._one(others[0], "+", self.extra, 0)

    def _close(self, wanted: int, worth: Sequence[float]) -> None:
        """Say how it went."""
        states = self.asked.states
        partly = f" and {states['partly']} partly" if states["partly"] else ""
        self.screen.write("")
        self.screen.say(
            f"Score: {states['right']} right{partly} of {self.asked.done} answered or skipped, {wanted} asked for.",
            style="head",
        )
        if partly or set(worth) != {1.0}:
            self.screen.say(f"Points: {self.asked.points:g} of {sum(worth):g}.")
        if self.extra.done:
            self.screen.say(f"In addition: {self.extra.states['right']} right of {self.extra.done}.")
        if made := mistakes(self.kept):
            told = "; ".join(f"{name} ({plural(count, 'time')})" for name, count in made)
            self.screen.say(f"What went wrong: {told}.")
        if self.file is not None and self.kept:
            self.screen.say(
                f"Kept: {plural(len(self.kept), 'answer')}. `course quiz progress` shows what is due, "
                "`course quiz --review` asks it."
            )
