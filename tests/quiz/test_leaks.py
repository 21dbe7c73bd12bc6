"""No file that a student gets tells an answer in any form that can be taken back; and the search finds leaks that are planted."""

import base64
import codecs
import hashlib
import hmac
import json
import zlib
from collections import Counter

import pytest

from course.quiz.cell import QuizCell
from course.quiz.exam import as_json, digest, exam_of, together
from course.quiz.forms import Choice
from course.quiz.page import exam_page
from course.quiz.plan import Entry, Plan
from tests.quiz.classes import FORMS, SECRET, wide_plan
from tests.quiz.leak_search import leaks, shown_only, unknown_keys, values

PLAN = wide_plan()
STUDENTS = ("anna", "ben", "zoë")


def private(plan, student):
    """Return what nobody but the instructor may have."""
    seed = SECRET.seed(plan.title, student)
    secret = SECRET.value
    return [
        seed,
        seed[:16],
        secret.hex(),
        secret.hex()[:16],
        base64.b64encode(secret).decode()[:20],
        base64.b64encode(bytes.fromhex(seed)).decode()[:20],
    ]


def found_in(text, student, plan=PLAN, **more):
    """Return the leaks of all questions of a student in a text."""
    exam = exam_of(plan, SECRET, student)
    questions = plan.questions(SECRET.seed(plan.title, student))
    return [
        leak
        for number, question in enumerate(questions, start=1)
        for leak in leaks(text, question, number, exam, private(plan, student))
    ]


@pytest.mark.parametrize("student", STUDENTS)
def test_an_exam_file_tells_no_answer(student):
    exam = exam_of(PLAN, SECRET, student)
    assert {q["form"] for q in exam["questions"]} == set(FORMS)
    assert unknown_keys(exam) == []
    assert shown_only(exam, PLAN.questions(SECRET.seed(PLAN.title, student)), PLAN.points)
    assert found_in(as_json(exam).decode(), student) == []


@pytest.mark.parametrize("student", STUDENTS[:2])
def test_an_exam_page_tells_no_answer(student):
    assert found_in(exam_page(exam_of(PLAN, SECRET, student)), student) == []


def test_the_file_of_all_variants_and_its_cell_tell_no_answer(tmp_path):
    exams = [exam_of(PLAN, SECRET, student) for student in STUDENTS]
    (tmp_path / "quiz.json").write_bytes(as_json(together(exams)))
    text = (tmp_path / "quiz.json").read_text(encoding="utf-8")
    for student, exam in zip(STUDENTS, exams, strict=True):
        quiz = QuizCell(tmp_path / "quiz.json", code=exam["code"])
        shown = "\n".join([repr(quiz), quiz._repr_html_(), json.dumps(vars(quiz), ensure_ascii=False)])
        assert found_in(shown, student) == []
        own = exam_of(PLAN, SECRET, student) | {"questions": [q for e in exams for q in e["questions"]]}
        for number, question in enumerate(PLAN.questions(SECRET.seed(PLAN.title, student)), start=1):
            assert (
                leaks(text, question, number, own, private(PLAN, student)) == []
            )  # others' questions are shown too


def test_the_digest_and_the_names_of_an_exam_do_not_come_from_its_answers():
    exam = exam_of(PLAN, SECRET, "anna")
    assert exam["variant"] == digest(exam["questions"])  # anybody can compute it from what is shown
    other = Plan(PLAN.title, (Entry("dense"),))
    assert (exam_of(other, SECRET, "anna")["exam"], exam_of(other, SECRET, "anna")["code"]) == (
        exam["exam"],
        exam["code"],
    )


def test_the_place_of_the_right_option_tells_nothing():
    single = next(name for name in PLAN.entries if name.bank and _is_single(name))
    plan = Plan("Places", (Entry(bank=single.bank[:1]),))
    places = Counter(plan.questions(SECRET.seed("Places", f"s{i}"))[0].answer for i in range(120))
    form = plan.questions("x")[0].form
    assert isinstance(form, Choice)
    assert len(places) == len(form.options)
    assert min(places.values()) > 120 / len(form.options) / 3


def _is_single(entry):
    form = Plan("x", (Entry(bank=entry.bank[:1]),)).questions("x")[0].form
    return isinstance(form, Choice) and not form.several


ANSWERED = next(
    (student, number, question)
    for student in map(str, range(50))
    for number, question in enumerate(PLAN.questions(SECRET.seed(PLAN.title, student)), start=1)
    if question.form.name == "number" and question.answer.isdigit() and int(question.answer) > 100_000
    and question.answer not in question.text.replace(",", "")
)  # fmt: skip


def plants():
    """Return leaks of every sort, each as what a careless writer would put into the file."""
    student, number, question = ANSWERED
    exam = exam_of(PLAN, SECRET, student)
    value = question.answer
    data = value.encode()
    return {
        "the value": value, "with commas": f"{int(value):,}", "as a float": f"{float(value)}", "reversed": value[::-1],
        "hex": data.hex(), "base64": base64.b64encode(data).decode(), "base32": base64.b32encode(data).decode(),
        "character codes": ",".join(map(str, data)), "md5": hashlib.md5(data).hexdigest(), "sha1": hashlib.sha1(data).hexdigest(),
        "sha256": hashlib.sha256(data).hexdigest(), "sha256 in base64": base64.b64encode(hashlib.sha256(data).digest()).decode(),
        "salted with the exam": hashlib.sha256(f"{exam['exam']}:{value}".encode()).hexdigest(),
        "salted with the student": hashlib.sha1(f"{value}{student}".encode()).hexdigest(),
        "salted with the name": hashlib.md5(f"q{number}|{value}".encode()).hexdigest(),
        "salted with the title": hashlib.sha256(f"{PLAN.title}{value}".encode()).hexdigest(),
        "salted with the index": hashlib.sha256(f"{number - 1}-{value}".encode()).hexdigest(),
        "HMAC with the code": hmac.new(exam["code"].encode(), data, "sha256").hexdigest(),
        "the hint": question.hint, "the worked answer": question.worked[0], "a mistake": question.mistakes[0].name,
        "its feedback": question.mistakes[0].feedback, "kind, level and seed": question.name, "the seed": SECRET.seed(PLAN.title, student),
        "the secret": SECRET.value.hex().upper(), "escaped for JSON": json.dumps(question.worked[0]), "binary": f"{int(value):b}",
        "packed in base64": base64.b64encode(json.dumps({"some longer object": "with its", "answer": value}).encode()).decode(),
        "packed and compressed": base64.b64encode(zlib.compress(f"the answer is {value}, as computed".encode())).decode(),
        "packed twice": base64.b64encode(base64.b64encode(f"some words, and the answer {value} !!".encode())).decode(),
    }  # fmt: skip


@pytest.mark.parametrize("name", plants())
def test_every_planted_leak_is_found(name):
    student, number, question = ANSWERED
    exam = exam_of(PLAN, SECRET, student)
    text = as_json(exam).decode()
    planted = text.replace('"version": 1', f'"version": 1, "x": "{plants()[name]}"')
    assert planted != text
    assert leaks(text, question, number, exam, private(PLAN, student)) == []
    assert leaks(planted, question, number, exam, private(PLAN, student)) != []


def test_planted_leaks_of_letters_and_words_are_found():
    exam = exam_of(PLAN, SECRET, "anna")
    text = as_json(exam).decode()
    questions = PLAN.questions(SECRET.seed(PLAN.title, "anna"))
    for number, question in enumerate(questions, start=1):
        digests = [
            hashlib.sha256(f"{exam['exam']}{value}".encode()).hexdigest() for value in values(question)
        ]
        found = leaks(f"{text} {' '.join(digests)}", question, number, exam)
        assert len(found) >= len(digests)
        if question.form.name == "text":
            planted = f"{text} {codecs.encode(question.answer, 'rot13')}"
            assert (leaks(planted, question, number, exam) != []) == (len(question.answer) >= 6)


def test_planted_keys_are_found():
    exam = exam_of(PLAN, SECRET, "anna")
    for form in FORMS:
        at = next(i for i, q in enumerate(exam["questions"]) if q["form"] == form)
        for key in (
            "answer",
            "value",
            "hint",
            "worked",
            "kind",
            "level",
            "lecture",
            "seed",
            "mistakes",
            "tolerance",
            "whys",
            "pairs",
        ):
            question = exam["questions"][at] | {key: "x"}
            assert unknown_keys(exam | {"questions": [question]}) == [key]
        if form != "match":
            assert unknown_keys(exam | {"questions": [exam["questions"][at] | {"right": [True]}]}) == [
                "right"
            ]
    assert unknown_keys(exam | {"seed": "x"}) == ["seed"]
    bad = next(q for q in exam["questions"] if q["form"] == "single") | {"options": [["a", True]]}
    assert "is no text" in unknown_keys(exam | {"questions": [bad]})[0]
