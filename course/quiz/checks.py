"""Check questions: torch must find every computed answer, every mistake must be named, and the words must be clear.

``course quiz check`` runs this over the course's own kinds and bank, or over files of one's own.
"""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import TextIO

from course.arithmetic.derive import figure
from course.quiz.asked import Asked
from course.quiz.banks import bank, read_bank
from course.quiz.candidates import RULES, Candidate, Find, Pair, Pick, Rank
from course.quiz.drafts import Draft, Source
from course.quiz.forms import Choice, Match, Number, Order, QuizError, Text, exact
from course.quiz.marking import mark
from course.quiz.plan import read_plan
from course.quiz.question import Question
from course.quiz.registry import KINDS, Kind, draw, kinds_of, load_kinds

__all__ = [
    "Found",
    "add_arguments",
    "check_bank",
    "check_kind",
    "longest_is_right",
    "problems",
    "run",
    "verify",
]

#: How long a question may take to be made, in seconds, on average over a kind.
QUICK = 0.002
#: So many different questions a kind must give at each level, of as many seeds as are checked.
DIFFERENT = 0.5
#: At most this share of questions with one right option may have it as their longest.
LONGEST = 0.4


def problems(question: Question) -> list[str]:
    """Return what is wrong with a question's words, mistakes and marks; an empty list where nothing is.

    >>> from course.quiz import draw
    >>> problems(draw("conv", 3, "any"))
    []
    """
    return [*_of_marks(question), *_of_words(question), *_of_storing(question)]


def _of_marks(question: Question) -> Iterator[str]:
    """The right answer is marked right, and each mistake is told from the others by its own name and feedback."""
    got = mark(question, question.answer)
    if (got.state, got.score) != ("right", 1.0):
        yield f"its own answer {question.answer!r} is marked {got.state}: {got.message}"
    form = question.form
    for mistake in form.mistakes:
        said = str(mistake.value) if isinstance(mistake.value, str) else f"{exact(mistake.value)}"
        got = mark(question, said)
        if got.mistake != mistake and not (isinstance(form, Choice) and mistake in got.mistakes):
            yield f"the mistake {mistake.name!r} ({said}) is taken for {got.mistake}"
        elif got.score == 1.0 or (mistake.feedback not in got.message):
            yield f"the mistake {mistake.name!r} ({said}) is not told its feedback: {got.message!r}"
        if len(mistake.feedback) < 12 or not mistake.name.strip():
            yield f"the mistake {mistake.name!r} says too little: {mistake.feedback!r}"
    if isinstance(form, Number) and len(form.mistakes) < 2:
        yield f"only {len(form.mistakes)} mistakes have names: a number needs two or more"
    for wrong in _wrong_answers(question):
        if mark(question, wrong).score >= 1.0:
            yield f"{wrong!r} is marked right beside {question.answer!r}"


def _wrong_answers(question: Question) -> list[str]:
    """Return answers that are wrong whatever the question is."""
    form = question.form
    if isinstance(form, Number):
        step = max(exact(form.tolerance) * 3, Fraction(1))
        return [str(exact(form.value) + step), str(exact(form.value) - step)]
    if isinstance(form, Order):
        return [question.answer[::-1]]
    if isinstance(form, Match):
        turned = form.pairs[1:] + form.pairs[:1]
        return [" ".join(f"{i}{chr(97 + p)}" for i, p in enumerate(turned, start=1))]
    return ["qwxyz"] if isinstance(form, Text) else []


def _of_words(question: Question) -> Iterator[str]:
    prompt = question.prompt.rstrip()
    if question.kind != "bank" and prompt.count("?") != 1:
        yield f"the prompt has {prompt.count('?')} question marks, and should have one: {prompt!r}"
    if question.kind == "bank" and not prompt.endswith(("?", ".", ":", ")")) and "\n    " not in prompt:
        yield f"the prompt ends in the middle: {prompt[-40:]!r}"
    if isinstance(question.form, Number):
        said = {n.replace(",", "") for n in re.findall(r"\d[\d,]*(?:\.\d+)?", question.hint)}
        if question.answer in said and question.answer not in re.findall(r"\d+", question.text):
            yield f"the hint gives the answer {question.answer} away"
        if not any(question.form.takes(number) for number in _numbers(question.solution)):
            yield f"the worked answer never comes to {figure(question.form.value)}"
    for what, text in (("prompt", prompt), ("hint", question.hint), ("worked answer", question.solution)):
        if found := re.search(
            r"\b(1 (?:channels|maps|pixels|parameters|groups|layers|outputs|inputs)\b)|\b(?!that\b|had\b)([a-z]+) \2\b",
            text,
        ):
            yield f"the {what} reads badly at {found[0]!r}"
        if text.count("`") % 2:
            yield f"the {what} has an odd number of backticks"
    if question.source:
        unsaid = [p for asked in _asked(question.source) for p in _of_conventions(question, asked)]
        yield from dict.fromkeys(unsaid)


def _numbers(text: str) -> Iterator[Fraction]:
    """Return the numbers that a text states, thousands apart or not, with either minus."""
    for found in re.findall(r"[-−]?\d[\d,]*(?:\.\d+)?", text):
        yield Fraction(found.replace(",", "").replace("−", "-"))


def _asked(source: Source) -> list[Asked]:
    """Return the numbers that a question is about; whether a net runs at all depends on none."""
    if isinstance(source, Pick) and source.rule in ("impossible", "possible"):
        return []
    if isinstance(source, Draft):
        return [source.asked]
    if isinstance(source, Find):
        return [source.candidate(source.value).asked]
    return [c.asked for c in source.candidates]


def _of_conventions(question: Question, asked: Asked) -> Iterator[str]:
    """A number of layers depends on conventions; the words must say which."""
    text = question.text
    weighty = re.search(r"\b(conv|tconv|linear)\b", asked.net)
    needs: dict[str, list[tuple[str, object]]] = {
        "parameters": [("bias", weighty)],
        "multiply_adds": [("bias", weighty), ("counts 1", weighty)],
        "memory": [("float32", True)],
        "field": [("padding", "conv" in asked.net or "pool" in asked.net)],
        "shape": [("padding", re.search(r"\bt?conv\b", asked.net) and asked.axis not in (0, None))],
    }
    for word, needed in needs.get(asked.quantity, []):
        if needed and word not in text.replace("padded", "padding"):
            yield f"the text asks for {asked.quantity} and never says {word!r}"


def _of_storing(question: Question) -> Iterator[str]:
    again = Question.from_dict(question.to_dict(answers=True))
    if again != question:
        yield "it is another question after it was stored as a dictionary"
    if (
        question.shuffled("other").form.name != question.form.name
        or mark(shuffled := question.shuffled("other"), shuffled.answer).score != 1.0
    ):
        yield "its answer is not right any more after shuffling"


def verify(question: Question) -> list[str]:
    """Return where torch disagrees with the answer of a generated question; an empty list where it agrees.

    >>> from course.quiz import draw
    >>> verify(draw("conv", 3, "any"))
    []
    """
    from course.quiz.oracle import by_torch

    source, form = question.source, question.form
    if source is None:
        return []
    if isinstance(source, Draft):
        value = by_torch(source.asked)
        assert isinstance(form, Number)
        if value is not None and source.minus:
            value -= by_torch(source.minus) or 0
        if value is None:
            return [f"torch refuses {source.net}"]
        right = exact(value * source.times) / (by_torch(source.over) or 1) if source.over else exact(value)
        slack = (
            exact(1e-6) if source.over else 0
        )  # quotients are rounded to six decimals; the tolerance is the student's
        return [] if abs(right - exact(form.value)) <= slack else [f"torch finds {right}, not {form.value}"]
    if isinstance(source, Find):
        return list(_of_setting(source, question))
    values = {c.text: by_torch(c.asked) for c in source.candidates}
    if isinstance(source, Pick):
        assert isinstance(form, Choice)
        right_ones = RULES[source.rule]([values[o.text] for o in form.options], source.target)
        if right_ones != [o.right for o in form.options]:
            return [f"torch finds {values}, by which {right_ones} would be right"]
        return []
    if isinstance(source, Rank):
        assert isinstance(form, Order)
        ordered = [values[form.items[i]] for i in form.right]
        return [] if ordered == sorted(set(ordered), key=lambda v: v or 0) else [f"torch finds {values}"]
    assert isinstance(source, Pair)
    assert isinstance(form, Match)
    told = [figure(values[left]) for left in form.left]
    return [] if told == [form.right[p] for p in form.pairs] else [f"torch finds {values}"]


def _of_setting(source: Find, question: Question) -> Iterator[str]:
    """The setting gives the number that the prompt says, and no rival does."""
    from course.quiz.oracle import by_torch

    def torch_of(setting: int) -> int | None:
        candidate: Candidate = source.candidate(setting)
        return by_torch(candidate.asked)

    given = torch_of(source.value)
    if given is None or figure(given) not in question.prompt:
        yield f"torch finds {given} with {source.value}, which the prompt does not say"
    near = sorted(source.among, key=lambda v: abs(v - source.value))[:7]
    for other in near:
        rival = other < source.value if source.least else other != source.value
        if rival and torch_of(other) == given:
            yield f"torch finds {given} with {other} too"


@dataclass
class Found:
    """What a check found.

    Attributes:
        what: the kind or file.
        questions: how many were checked.
        different: how many of them differ in their text.
        mistakes: names of the mistakes that occurred.
        seconds: to make one, on average.
        problems: each with the question it was found in.
    """

    what: str
    questions: int = 0
    different: int = 0
    mistakes: set[str] = field(default_factory=set)
    seconds: float = 0.0
    problems: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        speed = f", {self.seconds * 1e3:.2f} ms each" if self.seconds else ""
        head = (
            f"{self.what}: {self.questions} questions, {self.different} different, {len(self.mistakes)} mistakes named{speed}: "
            f"{'sound' if not self.problems else f'{len(self.problems)} problems'}"
        )
        return "\n".join([head, *(f"  {p}" for p in self.problems[:10])])


def check_kind(kind: Kind, seeds: Iterable[object], *, torch: bool = True, timed: bool = False) -> Found:
    """Return what is wrong with the questions of a kind at all its levels.

    Args:
        kind: one of ``KINDS``.
        seeds: for each level.
        torch: whether to build the nets in torch as well.
        timed: whether being slow counts as a problem; only on a quiet machine.
    """
    found = Found(kind.name)
    if not kind.about:
        found.problems.append("its function has no docstring: say in one line what it asks")
    seeds = tuple(seeds)
    spent = 0.0
    for level in kind.levels:
        texts = set()
        for seed in seeds:
            start = time.perf_counter()
            question = draw(kind.name, level, seed)
            spent += time.perf_counter() - start
            texts.add(question.text)
            found.mistakes |= {m.name for m in question.mistakes}
            wrong = problems(question) + (verify(question) if torch else [])
            found.problems += [f"{question.name}: {p}" for p in wrong]
        found.questions += len(seeds)
        found.different += len(texts)
        if len(texts) < DIFFERENT * len(seeds):
            found.problems.append(f"level {level}: only {len(texts)} of {len(seeds)} questions differ")
    found.seconds = spent / max(found.questions, 1)
    if timed and found.seconds > QUICK:
        found.problems.append(
            f"{found.seconds * 1e3:.1f} ms a question are too slow: at most {QUICK * 1e3:g}"
        )
    return found


def check_bank(questions: Sequence[Question], what: str = "bank") -> Found:
    """Return what is wrong with written questions, one by one and together."""
    found = Found(what, len(questions), len({q.text for q in questions}))
    for question in questions:
        found.mistakes |= {m.name for m in question.mistakes}
        found.problems += [f"{question.name}: {p}" for p in problems(question)]
    share, count = longest_is_right(questions)
    if count >= 20 and share > LONGEST:
        found.problems.append(
            f"the right option is the longest in {share:.0%} of {count} questions: a guesser's clue, keep it below {LONGEST:.0%}"
        )
    return found


def longest_is_right(questions: Sequence[Question]) -> tuple[float, int]:
    """Return in which share of the questions with one right option that one is the longest, and how many there are."""
    single = [q.form for q in questions if isinstance(q.form, Choice) and not q.form.several]
    longest = [
        next(o for o in form.options if o.right)
        for form in single
        if len(next(o for o in form.options if o.right).text)
        > max(len(o.text) for o in form.options if not o.right)
    ]
    return (len(longest) / len(single) if single else 0.0), len(single)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of ``course quiz check``."""
    parser.add_argument(
        "files",
        nargs="*",
        type=Path,
        help="kinds (.py), written questions or plans (.toml); none checks the course's own",
    )
    parser.add_argument(
        "--seeds", type=int, default=40, help="how many questions of each kind and level (40)"
    )
    parser.add_argument("--no-torch", action="store_true", help="do not build the nets in torch")


def run(chosen: argparse.Namespace, lines: TextIO, out: TextIO) -> int:
    """Check, print what was found as it is found, and return 0, or 1 where there are problems."""
    wrong = 0
    for found in _all(chosen):
        print(found, file=out, flush=True)
        wrong += len(found.problems)
    print(f"{wrong} problems." if wrong != 1 else "1 problem.", file=out)
    return 1 if wrong else 0


def _all(chosen: argparse.Namespace) -> Iterator[Found]:
    if chosen.seeds < 1:
        raise QuizError(f"{chosen.seeds} seeds check nothing: give 1 or more")
    seeds, torch = range(chosen.seeds), not chosen.no_torch
    if not chosen.files:
        kinds_of()
        for kind in KINDS.values():
            yield check_kind(kind, seeds, torch=torch)
        yield check_bank(bank())
    for file in chosen.files:
        if file.suffix == ".py":
            for kind in load_kinds(file):
                yield check_kind(kind, seeds, torch=torch)
        elif file.suffix == ".toml":
            yield _of_toml(file, seeds)
        else:
            raise QuizError(f"{file.name} is neither kinds (.py) nor written questions or a plan (.toml)")


def _of_toml(file: Path, seeds: Iterable[object]) -> Found:
    """Return what is wrong with a file of written questions, or with a plan and the quizzes that seeds draw by it."""
    text = file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""
    if re.search(r"^\s*(form|worked)\s*=", text, re.MULTILINE):
        return check_bank(read_bank(file), file.name)
    plan = read_plan(file)
    drawn = [question for seed in seeds for question in plan.questions(f"check {seed}")]
    found = Found(f"{file.name}, a plan", len(drawn), len({q.text for q in drawn}))
    for question in {q.name: q for q in drawn}.values():
        found.mistakes |= {m.name for m in question.mistakes}
        found.problems += [f"{question.name}: {p}" for p in problems(question)]
    return found
