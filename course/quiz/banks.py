"""The bank of written questions: TOML files, one a lecture, read and validated.

``docs/quizzes.md`` documents the format. Every wrong choice says why it is wrong, and every answer that can be computed
is an expression, not a typed result.
"""

from __future__ import annotations

import ast
import math
import re
import tomllib
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from course.quiz.forms import Choice, Figure, Form, Match, Mistake, Number, Option, Order, QuizError, Text
from course.quiz.markup import folded
from course.quiz.question import Picture, Question

__all__ = ["FOLDER", "SCHEMA", "THEMES", "bank", "evaluate", "read_bank"]

FOLDER = Path(__file__).parent / "bank"

THEMES = (
    "images", "neuron", "history", "mlp", "output-layer", "loss", "counting", "training", "backpropagation", "sgd",
    "momentum-adam", "learning-rate", "initialisation", "generalisation", "regularisation", "dropout", "batch-norm",
    "augmentation", "convolution", "conv-parameters", "output-size", "one-by-one", "activations", "pooling",
    "strided-convolution", "receptive-field", "small-kernels", "lenet-alexnet-vgg", "googlenet", "residual",
    "where-parameters-sit", "transfer", "visualising", "adversarial", "fully-convolutional", "upsampling", "unet", "unetpp",
    "segmentation-metrics", "autoencoder", "denoising", "image-quality", "recipe", "supervised-learning", "tricks",
)  # fmt: skip

#: What a question of each form has besides what all have: key, whether it must be there, and of which type it is.
COMMON = {
    "id": (True, str), "theme": (True, str), "level": (True, int), "form": (True, str), "prompt": (True, str), "hint": (True, str),
    "worked": (True, str), "picture": (False, str), "alt": (False, str),
}  # fmt: skip
SCHEMA: dict[str, dict[str, tuple[bool, Any]]] = {
    "single": {"option": (True, {"text": (True, str), "right": (False, bool), "why": (True, str), "mistake": (False, str)})},
    "multiple": {"option": (True, {"text": (True, str), "right": (False, bool), "why": (True, str), "mistake": (False, str)})},
    "number": {
        "answer": (True, (int, float, str)), "tolerance": (False, (int, float)), "unit": (False, str),
        "wrong": (True, {"value": (True, (int, float, str)), "mistake": (True, str), "why": (True, str)}),
    },
    "text": {
        "accepted": (True, list),
        "wrong": (False, {"forms": (True, list), "mistake": (True, str), "why": (True, str)}),
    },
    "order": {"item": (True, {"text": (True, str), "why": (True, str)})},
    "match": {
        "pair": (True, {"left": (True, str), "right": (True, str), "why": (True, str)}),
        "extra": (False, {"right": (True, str), "why": (True, str)}),
    },
}  # fmt: skip

#: Powers of powers would go on for ever.
LARGEST = 10**64

ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")

FUNCTIONS: dict[str, Callable[[float], float]] = {
    "sqrt": math.sqrt, "log10": math.log10, "log2": math.log2, "log": math.log, "exp": math.exp, "floor": math.floor,
    "ceil": math.ceil, "abs": abs,
}  # fmt: skip
OPERATORS: dict[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: lambda a, b: a + b, ast.Sub: lambda a, b: a - b, ast.Mult: lambda a, b: a * b, ast.Div: lambda a, b: a / b,
    ast.FloorDiv: lambda a, b: a // b, ast.Mod: lambda a, b: a % b, ast.Pow: lambda a, b: a**b,
}  # fmt: skip


def evaluate(said: Figure | str) -> Figure:
    """Return the value of a number or of an expression; nothing but arithmetic is run.

    >>> evaluate("(3*3*16 + 1)*32"), evaluate("20*log10(255/8)"), evaluate(4)
    (4640, 30.069004, 4)

    Raises:
        QuizError: not an expression of numbers, + - * / // % **, brackets and the functions sqrt, log10, log2, log, exp, floor,
            ceil, abs, and pi.
    """
    if not isinstance(said, str):
        return said
    try:
        value = _evaluate(ast.parse(said.strip(), mode="eval").body)
        whole = value == int(value)  # of infinity and of what is none, int() fails
    except (SyntaxError, ValueError, ArithmeticError, RecursionError, MemoryError):
        raise QuizError(
            f"cannot evaluate {said[:60]!r}: use numbers, + - * / // % **, brackets, {', '.join(FUNCTIONS)}, pi"
        ) from None
    return int(value) if whole else round(value, 6)


def _evaluate(node: ast.AST) -> int | float:
    match node:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return value
        case ast.Name(id="pi"):
            return math.pi
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_evaluate(operand)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            a, b = _evaluate(left), _evaluate(right)
            if isinstance(op, ast.Pow) and abs(b) > 64:
                raise ValueError("exponent")
            result: int | float | complex = OPERATORS[type(op)](a, b)
            if isinstance(result, complex) or abs(result) > LARGEST:
                raise ValueError("too large, or the root of a negative number")
            return result
        case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]) if name in FUNCTIONS:
            return FUNCTIONS[name](_evaluate(argument))
    raise ValueError("not arithmetic")


def _check(told: dict[str, Any], schema: dict[str, tuple[bool, Any]], where: str) -> None:
    """Raise where keys are missing, unknown, or of another type."""
    for key, (needed, kind) in schema.items():
        if key not in told:
            if needed:
                raise QuizError(f"{where} has no {key}: add one")
            continue
        value = told[key]
        if isinstance(kind, dict):
            if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
                raise QuizError(f"{where}: {key} must be tables, as in [[{key}]] or [[question.{key}]]")
            for i, row in enumerate(
                value if kind else (), start=1
            ):  # of questions, each form has a schema of its own
                _check(row, kind, f"{where}, {key} {i}")
        elif not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            wanted = " or ".join(k.__name__ for k in (kind if isinstance(kind, tuple) else (kind,)))
            raise QuizError(f"{where}: {key} is {value!r}, and must be {wanted}")
        elif kind is list and not (value and all(isinstance(v, str) and v.strip() for v in value)):
            raise QuizError(f"{where}: {key} must be a list of texts, not {value!r}")
        elif kind is str and not value.strip():
            raise QuizError(f"{where}: {key} is empty")
    if unknown := sorted(set(told) - set(schema)):
        raise QuizError(f"{where} has an unknown {unknown[0]!r}: known here are {', '.join(schema)}")


def _form(told: dict[str, Any]) -> Form:
    """Return the form of a question, as it was written."""
    match told["form"]:
        case "single" | "multiple":
            options = (
                Option(
                    folded(o["text"]), o.get("right", False), folded(o["why"]), o.get("mistake", "").strip()
                )
                for o in told["option"]
            )
            return Choice(tuple(options), told["form"] == "multiple")
        case "number":
            wrong = (
                Mistake(evaluate(w["value"]), w["mistake"].strip(), folded(w["why"])) for w in told["wrong"]
            )
            return Number(
                evaluate(told["answer"]), told.get("tolerance", 0), told.get("unit", ""), tuple(wrong)
            )
        case "text":
            words = (
                Mistake(said, w["mistake"].strip(), folded(w["why"]))
                for w in told.get("wrong", [])
                for said in w["forms"]
            )
            return Text(tuple(told["accepted"]), tuple(words))
        case "order":
            items = tuple(folded(i["text"]) for i in told["item"])
            return Order(items, tuple(range(len(items))), tuple(folded(i["why"]) for i in told["item"]))
    rows = [*told["pair"], *told.get("extra", [])]
    return Match(
        tuple(folded(p["left"]) for p in told["pair"]),
        tuple(folded(r["right"]) for r in rows),
        tuple(range(len(told["pair"]))),
        tuple(folded(r["why"]) for r in rows),
    )


def _picture(told: dict[str, Any], folder: Path) -> Picture | None:
    if "picture" not in told:
        return None
    if "alt" not in told:
        raise QuizError("it has a picture without alt: say in words what it shows")
    file = folder / "pictures" / f"{told['picture']}.svg"
    if not ID.fullmatch(told["picture"].replace("_", "-")) or not file.is_file():
        raise QuizError(f"there is no picture {told['picture']!r} in {folder.name}/pictures")
    try:
        return Picture(file.read_text(encoding="utf-8"), told["alt"].strip())
    except (OSError, UnicodeDecodeError) as error:
        raise QuizError(f"cannot read the picture {file.name}: {error}") from None


def read_bank(file: Path) -> tuple[Question, ...]:
    """Return the questions of one TOML file, validated; options, items and pairs in an order that tells nothing.

    Args:
        file: see ``docs/quizzes.md`` for what stands in it.

    Raises:
        QuizError: not TOML, or a question that breaks a rule; the message names file, question, rule and mend.
    """
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:  # not TOML, not UTF-8, numbers without end
        raise QuizError(f"cannot read {file.name}: {error}") from None
    _check(content, {"lecture": (True, int), "question": (True, {})}, file.name)
    if content["lecture"] < 1:
        raise QuizError(f"{file.name} has lecture {content['lecture']}: lectures count from 1")
    found = tuple(
        _question(told, content["lecture"], file, number)
        for number, told in enumerate(content["question"], start=1)
    )
    if twice := _twice(q.name for q in found):
        raise QuizError(f"{file.name} has the id {twice!r} twice: ids are unique")
    return found


def _question(told: dict[str, Any], lecture: int, file: Path, number: int) -> Question:
    where = f"{file.name}, question {number}"
    if isinstance(told.get("id"), str):
        where = f"{file.name}, {told['id']!r}"
    form = told.get("form")
    if not isinstance(form, str) or form not in SCHEMA:
        raise QuizError(f"{where} has form {form!r}: use one of {', '.join(SCHEMA)}")
    _check(told, {**COMMON, **SCHEMA[form]}, where)
    if not ID.fullmatch(told["id"]):
        raise QuizError(f"{where}: an id is small letters, digits and hyphens, such as dropout-at-test")
    if told["theme"] not in THEMES:
        raise QuizError(f"{where} has theme {told['theme']!r}: use one of {', '.join(THEMES)}")
    try:
        return Question(
            told["id"], "bank", told["theme"], told["level"], lecture, folded(told["prompt"]), folded(told["hint"]),
            _form(told), tuple(folded(told["worked"]).split("\n\n")), picture=_picture(told, file.parent),
        ).shuffled("")  # fmt: skip
    except QuizError as error:
        raise QuizError(f"{where}: {error}") from None


@cache
def bank(folder: Path = FOLDER) -> tuple[Question, ...]:
    """Return every written question, in the order of the lectures.

    >>> len(bank()) >= 120, sorted({q.lecture for q in bank()}) == list(range(1, 16))
    (True, True)

    Raises:
        QuizError: a file or a question breaks a rule, or an id stands there twice.
    """
    found = [question for file in sorted(folder.glob("*.toml")) for question in read_bank(file)]
    if twice := _twice(q.name for q in found):
        raise QuizError(f"the id {twice!r} stands in the bank twice: ids are unique, also across files")
    return tuple(found)


def _twice(names: Iterable[str]) -> str:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return ""
