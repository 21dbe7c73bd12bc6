"""Small classes for tests: a plan with every form, a secret, and files that students hand in."""

from __future__ import annotations

import json
from typing import Any

from course.quiz import bank
from course.quiz.exam import exam_of
from course.quiz.plan import Entry, Plan
from course.quiz.variants import Secret

SECRET = Secret(bytes(range(32)))
PLAN = Plan("Quiz 3", (Entry("dense", 4, points=2), Entry("conv", 2), Entry("conv_size", 3)))
FORMS = ("number", "single", "multiple", "text", "order", "match")


def wide_plan() -> Plan:
    """Return a plan with generated questions of every topic, and two written ones of every form, pictures among them."""
    by_form: dict[str, list[str]] = {form: [] for form in FORMS}
    for question in bank():
        by_form[question.form.name].append(question.name)
    pictured = tuple(q.name for q in bank() if q.picture)[:2]
    written = [Entry(bank=tuple(names), count=2) for names in by_form.values() if len(names) > 1]
    return Plan("Wide quiz", (Entry("parameters", count=3), Entry("sizes", count=2), Entry("costs", 5, points=2.5), *written,
                              *(Entry(bank=(name,)) for name in pictured)))  # fmt: skip


def right(student: str, plan: Plan = PLAN, secret: Secret = SECRET) -> dict[str, str]:
    """Return the right answers of a student."""
    return {
        f"q{i}": q.answer for i, q in enumerate(plan.questions(secret.seed(plan.title, student)), start=1)
    }


def handed_in(
    student: str, answers: dict[str, str], plan: Plan = PLAN, secret: Secret = SECRET, **more: Any
) -> dict[str, Any]:
    """Return what the exam page saves."""
    exam = exam_of(plan, secret, student)
    copied = {key: exam[key] for key in ("title", "exam", "variant", "student", "code")}
    return {
        "format": "course-quiz-responses",
        "version": 1,
        **copied,
        "answers": answers,
        "saved": "2026-02-03T10:15:30Z",
    } | more


def save(folder: Any, student: str, answers: dict[str, str], name: str = "", **more: Any) -> None:
    """Write what a student hands in into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    told = handed_in(student, answers, **more)
    (folder / f"{name or 'responses-' + student}.json").write_text(json.dumps(told), encoding="utf-8")
