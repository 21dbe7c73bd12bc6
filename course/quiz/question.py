"""What a question is, whoever made it: words, what is shown, the form of its answer, and how it is worked out."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from course.quiz.dice import Dice
from course.quiz.forms import LETTERS, Choice, Form, Match, Mistake, Order, QuizError, Text, form_from_dict

if TYPE_CHECKING:
    from course.quiz.drafts import Source

__all__ = ["LEVELS", "Picture", "Question"]

#: 1 recall, 2 understand, 3 apply, 4 analyse, 5 judge a new case.
LEVELS = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class Picture:
    """A picture as SVG text, and its words for those who do not see it."""

    svg: str
    alt: str


@dataclass(frozen=True)
class Question:
    """One question with its answer.

    Texts are plain, with ``code`` between backticks; an empty line begins a paragraph, a paragraph whose lines all begin
    with four spaces is code.

    Attributes:
        name: unique: ``conv/3/7`` for kind, level and seed, or the id of a question of the bank.
        kind: the kind it was drawn from; ``bank`` for a written one.
        topic: the topic of its kind, or its theme in the bank.
        level: 1 to 5.
        lecture: number of the lecture that teaches it.
        prompt, hint: what is asked; a push that does not give the answer.
        form: what is to be answered, with the right answer and the known mistakes.
        worked: how the answer comes about, one line a step.
        code: a net in the course's notation, shown below the prompt; empty where the prompt says all.
        table: rows of a table shown below the prompt, its heads first.
        picture: shown below the prompt.
        source: what the answer was computed from; None for a written question.
    """

    name: str
    kind: str
    topic: str
    level: int
    lecture: int
    prompt: str
    hint: str
    form: Form
    worked: tuple[str, ...]
    code: str = ""
    table: tuple[tuple[str, ...], ...] = ()
    picture: Picture | None = None
    source: Source | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.level not in LEVELS:
            raise QuizError(f"{self.name} has level {self.level!r}: use 1 to 5")
        for what in ("name", "prompt", "hint"):
            if not getattr(self, what).strip():
                raise QuizError(f"{self.name or 'a question'} has no {what}: write one")
        if not any(line.strip() for line in self.worked):
            raise QuizError(f"{self.name} has no worked answer: write one")

    @property
    def answer(self) -> str:
        """The right answer, as a student may type it."""
        return self.form.answer

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """The known wrong answers."""
        return self.form.mistakes

    @property
    def solution(self) -> str:
        """The worked solution as text."""
        return "\n".join(self.worked)

    @property
    def text(self) -> str:
        """Everything that is asked, as plain text: the prompt, what is shown, and what there is to choose."""
        parts = [self.prompt]
        if self.code:
            parts.append("\n".join(f"    {line}" for line in self.code.splitlines()))
        if self.table:
            parts.append(table_as_text(self.table))
        if self.picture:
            parts.append(f"[Picture: {self.picture.alt}]")
        parts += choices_as_text(self.form)
        return "\n".join(parts)

    @property
    def core(self) -> str:
        """What is asked, in whatever order things are on display: equal for two questions that are the same to a student."""
        return "\n".join([replace(self, form=Text(("none",))).text, *sorted(self.form.shown)])

    def shuffled(self, seed: object) -> Question:
        """Return the same question with what there is to choose, order or match in the order that a seed gives."""
        return replace(self, form=self.form.shuffled(Dice(f"shuffled|{self.name}|{seed}")))

    def to_dict(self, *, answers: bool) -> dict[str, Any]:
        """Return the question as plain values.

        Args:
            answers: False leaves out all that tells the answer or lets one compute it by drawing the question again: the right
                answer, mistakes, hint, worked solution, and the name, kind, level and topic.
        """
        told: dict[str, Any] = {
            "prompt": self.prompt,
            "code": self.code,
            "table": [list(row) for row in self.table],
        }
        if self.picture:
            told["picture"] = {"svg": self.picture.svg, "alt": self.picture.alt}
        told |= self.form.to_dict(answers=answers)
        if answers:
            told |= {
                "name": self.name, "kind": self.kind, "topic": self.topic, "level": self.level, "lecture": self.lecture,
                "hint": self.hint, "worked": list(self.worked),
            }  # fmt: skip
        return told

    @classmethod
    def from_dict(cls, told: dict[str, Any]) -> Question:
        """Return the question that :meth:`to_dict` with its answers wrote; its source is not kept.

        Raises:
            QuizError: something is missing.
        """
        try:
            return cls(
                name=told["name"], kind=told["kind"], topic=told["topic"], level=told["level"], lecture=told["lecture"],
                prompt=told["prompt"], hint=told["hint"], form=form_from_dict(told), worked=tuple(told["worked"]),
                code=told["code"], table=tuple(tuple(row) for row in told["table"]),
                picture=Picture(**told["picture"]) if "picture" in told else None,
            )  # fmt: skip
        except KeyError as error:
            raise QuizError(f"a question lacks {error}: was it stored without its answers?") from None


def table_as_text(table: tuple[tuple[str, ...], ...]) -> str:
    """Return a table as lines that stay as they are: the first column to the left, the others to the right."""
    widths = [max(len(row[i]) for row in table) for i in range(len(table[0]))]
    return "\n".join(
        "    "
        + "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width)
            for i, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    )


def choices_as_text(form: Form) -> list[str]:
    """Return what there is to choose from, one line a thing, and how to answer."""
    if isinstance(form, Choice):
        return [f"  {letter}) {o.text}" for letter, o in zip(LETTERS, form.options, strict=False)]
    if isinstance(form, Order):
        return [f"  {letter}) {item}" for letter, item in zip(LETTERS, form.items, strict=False)]
    if isinstance(form, Match):
        return [
            *(f"  {i}. {left}" for i, left in enumerate(form.left, start=1)),
            "with",
            *(f"  {letter}) {right}" for letter, right in zip(LETTERS, form.right, strict=False)),
        ]
    return []
