"""The forms of a question: a number, one or several of a list, a word, an order, pairs; each with its right answer.

Whatever is displayed stands here in the order of display, and every answer is a text: ``4640`` or ``(3*3*16 + 1)*32``,
``b``, ``ac``, ``relu``, ``cabd``, ``1c 2a 3b``. A form that is not well posed cannot be made.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from course.quiz.dice import Dice

__all__ = [
    "LETTERS", "Choice", "Figure", "Form", "Illposed", "Match", "Mistake", "Number", "Option", "Order", "QuizError",
    "Text", "exact", "form_from_dict", "near", "same", "written",
]  # fmt: skip

LETTERS = "abcdefghijklmnopqrstuvwxyz"

#: A number that is asked for: whole, or a decimal with a tolerance.
Figure = int | float


class QuizError(ValueError):
    """A quiz that cannot be made: an unknown topic or level, a question without an answer, a file that cannot be read."""


class Illposed(QuizError):
    """A question with no right answer, with two, or with two that look the same."""


def exact(value: Figure | Fraction) -> Fraction:
    """Return a figure as the fraction that its digits say.

    >>> exact(0.1), exact(7)
    (Fraction(1, 10), Fraction(7, 1))
    """
    return value if isinstance(value, Fraction) else Fraction(str(value))


def near(a: Figure | Fraction, b: Figure | Fraction, tolerance: Figure) -> bool:
    """Return True where two numbers differ by no more than the tolerance, counted exactly.

    >>> near(0.1 + 0.2, 0.3, 0), near(7, 7, 0), near(28.13, 28.18, 0.05)
    (False, True, True)
    """
    if tolerance == 0 and isinstance(a, int) and isinstance(b, int):
        return a == b
    return abs(exact(a) - exact(b)) <= exact(tolerance)


def written(value: Figure) -> str:
    """Return a figure as a student may type it: plain digits, no exponent, no thousands apart.

    >>> written(4640), written(28.13), written(1e-05)
    ('4640', '28.13', '0.00001')
    """
    if value == int(value):
        return str(int(value))
    digits = repr(value)
    return digits if "e" not in digits else f"{value:.20f}".rstrip("0")


def same(text: str) -> str:
    """Return what two texts share that a reader would take for the same: no case, accents, hyphens, invisible signs, article, plural s.

    >>> same("The  Rectified-Linear Units"), same("Réseau"), same("loss"), same("ReLUs")
    ('rectified linear unit', 'reseau', 'loss', 'relu')
    """
    plain = "".join(
        c
        for c in unicodedata.normalize("NFKD", text.casefold())
        if unicodedata.category(c) not in ("Mn", "Cf")
    )
    words = "".join(" " if c in "-‐‑–—_/" else c for c in plain).strip(" .!?\"'`“”").split()
    if len(words) > 1 and words[0] in ("a", "an", "the"):
        words = words[1:]
    return " ".join(w[:-1] if len(w) > 3 and w.endswith("s") and not w.endswith("ss") else w for w in words)


@dataclass(frozen=True)
class Mistake:
    """A wrong answer with the wrong formula or belief behind it.

    Attributes:
        value: what the wrong formula gives; for a word, the word.
        name: the mistake in a few words, such as ``forgets the biases``.
        feedback: a sentence or two that say why it is wrong.
    """

    value: Figure | str
    name: str
    feedback: str


@dataclass(frozen=True)
class Option:
    """One thing to choose.

    Attributes:
        text: what it says.
        right: whether it is to be chosen.
        why: why it is right or wrong.
        mistake: the belief behind choosing it, such as ``takes p for the keep probability``; empty where it has no name.
    """

    text: str
    right: bool
    why: str
    mistake: str = ""


def _distinct(texts: Sequence[str], what: str) -> None:
    """Raise where two texts look the same to a reader."""
    seen: dict[str, str] = {}
    for text in texts:
        plain = " ".join(text.replace("`", " ").split()).casefold()
        if not plain:
            raise Illposed(f"{what} is empty: write its text")
        if plain in seen:
            raise Illposed(f"two {what}s say the same, {text!r}: change one")
        seen[plain] = text


@dataclass(frozen=True)
class Number:
    """A number is asked for.

    Attributes:
        value: the right one.
        tolerance: how far from it is still right; 0 for a whole number.
        unit: as in ``dB``; a text behind the number that may be typed too.
        mistakes: wrong values with names, none of them right, no two alike.
    """

    name: ClassVar[str] = "number"

    value: Figure
    tolerance: Figure = 0
    unit: str = ""
    mistakes: tuple[Mistake, ...] = ()

    def __post_init__(self) -> None:
        for figure in (self.value, self.tolerance, *(m.value for m in self.mistakes)):
            if isinstance(figure, float) and not math.isfinite(figure):
                raise Illposed(f"{figure} is no number to answer with: give a finite one")
        if self.tolerance < 0 or (self.tolerance == 0 and exact(self.value).denominator != 1):
            raise Illposed(
                f"{self.value} with tolerance {self.tolerance}: a number that is not whole needs a positive tolerance"
            )
        seen: list[Figure] = []
        for mistake in self.mistakes:
            value = mistake.value
            if isinstance(value, str):
                raise Illposed(f"{mistake.name!r} has the text {value!r}: a mistake in a number is a number")
            if self.takes(value):
                raise Illposed(f"{mistake.name!r} gives {value}, which is right: leave that mistake out")
            if any(near(value, other, 2 * self.tolerance) for other in seen):
                raise Illposed(f"two mistakes give {value}: keep one")
            seen.append(value)

    def takes(self, value: Figure | Fraction) -> bool:
        """Return True where a value is right."""
        return near(value, self.value, self.tolerance)

    @property
    def decimals(self) -> bool:
        """True where an answer may have decimals."""
        return self.tolerance > 0

    @property
    def shown(self) -> tuple[str, ...]:
        """The texts on display: none."""
        return ()

    @property
    def answer(self) -> str:
        """The right answer as a student may type it."""
        return written(self.value)

    def shuffled(self, dice: Dice) -> Number:
        """Return the same: there is nothing to shuffle."""
        return self

    def to_dict(self, *, answers: bool) -> dict[str, Any]:
        """Return the form as plain values, with or without what is right."""
        shown: dict[str, Any] = {"form": self.name, "unit": self.unit, "decimals": self.decimals}
        if answers:
            mistakes = [{"value": m.value, "name": m.name, "feedback": m.feedback} for m in self.mistakes]
            shown |= {"value": self.value, "tolerance": self.tolerance, "mistakes": mistakes}
        return shown


@dataclass(frozen=True)
class Choice:
    """One option, or several, are to be chosen.

    Attributes:
        options: as displayed.
        several: False where exactly one is right, and one is to be chosen.
    """

    options: tuple[Option, ...]
    several: bool = False

    def __post_init__(self) -> None:
        _distinct([o.text for o in self.options], "option")
        if not 2 <= len(self.options) <= len(LETTERS):
            raise Illposed(f"{len(self.options)} options: give 2 to {len(LETTERS)}")
        right = sum(o.right for o in self.options)
        if right == 0 or (not self.several and right > 1):
            wanted = "at least one" if self.several else "exactly one"
            raise Illposed(
                f"{right} options are right, and {wanted} must be: {[o.text for o in self.options]}"
            )
        for option in self.options:
            if not option.why.strip():
                raise Illposed(
                    f"option {option.text!r} says nothing of why it is right or wrong: add its why"
                )

    @property
    def name(self) -> str:
        """``single`` or ``multiple``."""
        return "multiple" if self.several else "single"

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """The wrong options, as mistakes whose value is the letter; one without a name is called by its text."""
        return tuple(
            Mistake(letter, o.mistake or f"chooses {o.text!r}", o.why)
            for letter, o in zip(LETTERS, self.options, strict=False)
            if not o.right
        )

    @property
    def shown(self) -> tuple[str, ...]:
        """The texts on display."""
        return tuple(o.text for o in self.options)

    @property
    def answer(self) -> str:
        """The letters of the right options."""
        return "".join(letter for letter, o in zip(LETTERS, self.options, strict=False) if o.right)

    def shuffled(self, dice: Dice) -> Choice:
        """Return the same with the options in another order."""
        return Choice(tuple(dice.shuffle(self.options)), self.several)

    def to_dict(self, *, answers: bool) -> dict[str, Any]:
        """Return the form as plain values, with or without what is right."""
        shown: dict[str, Any] = {"form": self.name, "options": [o.text for o in self.options]}
        if answers:
            shown |= {
                "right": [o.right for o in self.options],
                "whys": [o.why for o in self.options],
                "beliefs": [o.mistake for o in self.options],
            }
        return shown


@dataclass(frozen=True)
class Text:
    """A word or two are asked for; compared as :func:`same` has it.

    Attributes:
        accepted: every form of the right answer; the first is shown as the answer.
        mistakes: wrong words with names.
    """

    name: ClassVar[str] = "text"

    accepted: tuple[str, ...]
    mistakes: tuple[Mistake, ...] = ()

    def __post_init__(self) -> None:
        if not self.accepted or not all(same(t) for t in self.accepted):
            raise Illposed("a question for a word needs at least one accepted form that is not empty")
        right = {same(t) for t in self.accepted}
        seen: set[str] = set()
        for mistake in self.mistakes:
            plain = same(str(mistake.value))
            if plain in right or plain in seen:
                raise Illposed(
                    f"the mistake {mistake.value!r} is an accepted answer, or stands there twice: leave it out"
                )
            seen.add(plain)

    @property
    def shown(self) -> tuple[str, ...]:
        """The texts on display: none."""
        return ()

    @property
    def answer(self) -> str:
        """The first accepted form."""
        return self.accepted[0]

    def shuffled(self, dice: Dice) -> Text:
        """Return the same: there is nothing to shuffle."""
        return self

    def to_dict(self, *, answers: bool) -> dict[str, Any]:
        """Return the form as plain values, with or without what is right."""
        shown: dict[str, Any] = {"form": self.name}
        if answers:
            mistakes = [{"value": m.value, "name": m.name, "feedback": m.feedback} for m in self.mistakes]
            shown |= {"accepted": list(self.accepted), "mistakes": mistakes}
        return shown


@dataclass(frozen=True)
class Order:
    """Things are to be put in order.

    Attributes:
        items: as displayed, which is not the right order.
        right: indices into ``items``, in the right order.
        whys: for each item, as displayed, why it stands where it does.
    """

    name: ClassVar[str] = "order"
    mistakes: ClassVar[tuple[Mistake, ...]] = ()

    items: tuple[str, ...]
    right: tuple[int, ...]
    whys: tuple[str, ...]

    def __post_init__(self) -> None:
        _distinct(self.items, "item")
        if len(self.items) > len(LETTERS):
            raise Illposed(f"{len(self.items)} items: there are letters for {len(LETTERS)}")
        if len(self.items) < 3 or sorted(self.right) != list(range(len(self.items))):
            raise Illposed(
                f"an order needs three items or more, each once: {len(self.items)} items, {self.right}"
            )
        if len(self.whys) != len(self.items) or not all(w.strip() for w in self.whys):
            raise Illposed("every item of an order needs its why")

    @property
    def shown(self) -> tuple[str, ...]:
        """The texts on display."""
        return self.items

    @property
    def answer(self) -> str:
        """The letters of the items, in the right order."""
        return "".join(LETTERS[i] for i in self.right)

    def shuffled(self, dice: Dice) -> Order:
        """Return the same with the items in another order, which is not the right one."""
        shown = dice.shuffle(range(len(self.items)))
        while tuple(shown) == self.right:
            shown = dice.shuffle(shown)
        return Order(
            tuple(self.items[i] for i in shown),
            tuple(shown.index(i) for i in self.right),
            tuple(self.whys[i] for i in shown),
        )

    def to_dict(self, *, answers: bool) -> dict[str, Any]:
        """Return the form as plain values, with or without what is right."""
        shown: dict[str, Any] = {"form": self.name, "items": list(self.items)}
        if answers:
            shown |= {"right": list(self.right), "whys": list(self.whys)}
        return shown


@dataclass(frozen=True)
class Match:
    """Each thing on the left belongs to one on the right.

    Attributes:
        left: as displayed, numbered 1, 2, …
        right: as displayed, lettered; there may be more of them than on the left.
        pairs: for each left, the index of its right.
        whys: for each right, as displayed, why it belongs where it does, or to nothing.
    """

    name: ClassVar[str] = "match"
    mistakes: ClassVar[tuple[Mistake, ...]] = ()

    left: tuple[str, ...]
    right: tuple[str, ...]
    pairs: tuple[int, ...]
    whys: tuple[str, ...]

    def __post_init__(self) -> None:
        _distinct(self.left, "left side")
        _distinct(self.right, "right side")
        if len(self.right) > len(LETTERS):
            raise Illposed(f"{len(self.right)} right sides: there are letters for {len(LETTERS)}")
        if len(self.left) < 2 or len(self.pairs) != len(self.left) or len(set(self.pairs)) != len(self.pairs):
            raise Illposed("each left side needs a right side of its own, and there must be two or more")
        if not set(self.pairs) <= set(range(len(self.right))) or len(self.whys) != len(self.right):
            raise Illposed("a pair names a right side that does not exist, or a right side lacks its why")

    @property
    def shown(self) -> tuple[str, ...]:
        """The texts on display."""
        return (*self.left, *self.right)

    @property
    def answer(self) -> str:
        """The pairs, as ``1c 2a 3b``."""
        return " ".join(f"{i}{LETTERS[p]}" for i, p in enumerate(self.pairs, start=1))

    def shuffled(self, dice: Dice) -> Match:
        """Return the same with both sides in another order."""
        left, right = dice.shuffle(range(len(self.left))), dice.shuffle(range(len(self.right)))
        return Match(
            tuple(self.left[i] for i in left),
            tuple(self.right[i] for i in right),
            tuple(right.index(self.pairs[i]) for i in left),
            tuple(self.whys[i] for i in right),
        )

    def to_dict(self, *, answers: bool) -> dict[str, Any]:
        """Return the form as plain values, with or without what is right."""
        shown: dict[str, Any] = {"form": self.name, "left": list(self.left), "right": list(self.right)}
        if answers:
            shown |= {"pairs": list(self.pairs), "whys": list(self.whys)}
        return shown


Form = Number | Choice | Text | Order | Match


def form_from_dict(told: dict[str, Any]) -> Form:
    """Return the form that :meth:`to_dict` with its answers wrote.

    Raises:
        QuizError: an unknown form, or one without its answers.
    """

    def mistakes() -> tuple[Mistake, ...]:
        return tuple(Mistake(m["value"], m["name"], m["feedback"]) for m in told["mistakes"])

    try:
        match told["form"]:
            case "number":
                return Number(told["value"], told["tolerance"], told["unit"], mistakes())
            case "single" | "multiple":
                rows = zip(told["options"], told["right"], told["whys"], told["beliefs"], strict=True)
                return Choice(tuple(Option(*row) for row in rows), told["form"] == "multiple")
            case "text":
                return Text(tuple(told["accepted"]), mistakes())
            case "order":
                return Order(tuple(told["items"]), tuple(told["right"]), tuple(told["whys"]))
            case "match":
                return Match(
                    tuple(told["left"]), tuple(told["right"]), tuple(told["pairs"]), tuple(told["whys"])
                )
    except KeyError as error:
        raise QuizError(
            f"this {told.get('form')} question lacks {error}: was it stored without its answers?"
        ) from None
    raise QuizError(f"unknown form {told['form']!r}: one of number, single, multiple, text, order, match")
