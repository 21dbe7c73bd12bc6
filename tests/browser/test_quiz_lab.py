"""The quiz and the exam in a real JupyterLab: with a kernel that supplies questions and keeps files, and when it is gone."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from course.quiz.progress import Answer
from tests.browser.conftest import Notebook
from tests.quiz.quizzes import exam

pytestmark = pytest.mark.browser


def asked(page: Notebook, number: int) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(
        page.ask(f"import json; print(json.dumps(q.content['items'][{number}][0]))")
    )
    return told


def eventually(page: Notebook, script: str, seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while not page.tab.evaluate(script):
        assert time.monotonic() < end, script
        time.sleep(0.05)


@pytest.fixture(scope="module")
def lab_quiz(notebook: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("kept")
    (folder / "exam.json").write_text(json.dumps(exam()))
    opened = notebook(
        "quiz",
        [
            f"import os; os.environ['COURSE_PROGRESS'] = {str(folder)!r}\nfrom course.quiz import Quiz\n"
            "q = Quiz(seed=7, count=2, level=3, topic='conv', variants=1)\nq",
            f"from course.quiz.exam_widget import Exam\ne = Exam({str(folder / 'exam.json')!r})\ne",
        ],
        1000, 900,
    )  # fmt: skip
    opened.run_all()
    opened.tab.locator(".cx").nth(1).wait_for(timeout=60_000)
    opened.folder = folder
    return opened


def test_in_jupyterlab_with_a_kernel_by_keyboard(lab_quiz):
    page, keys = lab_quiz, lab_quiz.tab.keyboard
    quiz = page.tab.locator(".cx").first
    quiz.get_by_label("Your answer").focus()
    first = asked(page, 0)
    keys.type("2.6M")
    keys.press("Enter")
    quiz.locator(".qz-result").get_by_text("is rounded").wait_for()
    keys.type(first["answer"])
    keys.press("Enter")
    quiz.locator(".qz-result").get_by_text("Right:").wait_for()
    page.eventually("print(q.score)", "(1, 1)")
    page.shot("quiz-lab-light")
    page.eventually(
        "from course.quiz.progress_file import ProgressFile; print([(a.skill, a.result) for a in ProgressFile().answers()])",
        "[('conv/3', 'right')]",
    )
    prompts = {first["prompt"]}
    for _ in range(5):
        quiz.get_by_role("button", name="Next similar").click()
        quiz.locator("input:focus").wait_for()
        prompts.add(quiz.locator(".qz-area .qz-p").first.inner_text())
    assert len(prompts) == 6, "the kernel supplies more than the one that is stored"
    quiz.locator(".qz-progress summary").click()
    assert "the file that course quiz in the terminal uses" in quiz.locator(".qz-progress").inner_text()
    cells = page.tab.locator(".jp-Notebook .jp-CodeCell").count()
    quiz.get_by_role("button", name="Next similar").focus()
    for key in ("a", "b", "x", "d", "d", "m", "j"):
        keys.press(key)
    assert page.tab.locator(".jp-Notebook .jp-CodeCell").count() == cells == 2
    assert page.errors == []


def test_in_jupyterlab_the_terminals_record_arrives_and_what_is_due_is_asked(lab_quiz):
    page = lab_quiz
    old = Answer("2026-01-02T10:00:00.000", "dense/1", "parameters", "wrong", ("forgets the biases",))
    page.ask(f"from course.quiz.progress import Answer; ProgressFile().add([{old!r}])")
    page.ask("from IPython.display import display")
    page.tab.evaluate("document.querySelector('.cx .qz-progress').open = true")
    page.command("notebook:run-all-cells")
    page.tab.get_by_text("Your progress: 1 due today").wait_for(timeout=30_000)
    quiz = page.tab.locator(".cx").first
    if not quiz.locator(".qz-record").is_visible():
        quiz.locator(".qz-progress summary").click()
    quiz.get_by_role("button", name="Practise these").click()
    quiz.get_by_text("Question 1 of 1").wait_for()
    assert "level 1" in quiz.locator(".qz-about").inner_text()
    assert page.errors == []


def test_an_exam_in_jupyterlab_writes_each_change(lab_quiz):
    page = lab_quiz
    paper = page.tab.locator(".cx").nth(1)
    paper.get_by_label("Your answer").first.fill("4,495")
    file = page.folder / "responses-anna.b@uni.json"
    end = time.monotonic() + 10
    while not (file.exists() and json.loads(file.read_text())["answers"] == {"q1": "4,495"}):
        assert time.monotonic() < end
        time.sleep(0.05)
    paper.get_by_text("in responses-anna.b@uni.json").wait_for()
    paper.scroll_into_view_if_needed()
    page.shot("quiz-lab-exam")
    assert page.errors == []


def test_in_the_dark_lab(lab_quiz):
    page = lab_quiz
    page.command("apputils:change-theme", theme="JupyterLab Dark")
    page.tab.wait_for_function("document.body.dataset.jpThemeLight === 'false'")
    page.tab.locator(".cx").first.scroll_into_view_if_needed()
    page.shot("quiz-lab-dark")
    page.command("apputils:change-theme", theme="JupyterLab Light")
    page.tab.wait_for_function("document.body.dataset.jpThemeLight === 'true'")
    assert page.errors == []


def test_when_the_kernel_is_gone_the_quiz_goes_on(lab_quiz):
    page = lab_quiz
    quiz = page.tab.locator(".cx").first
    page.tab.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.shutdown()")
    eventually(page, "!window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel", 20)
    for _ in range(8):
        quiz.get_by_role("button", name="Next similar").click()
        page.tab.wait_for_timeout(200)
        if quiz.locator(".qz-result").get_by_text("No kernel answers").count():
            break
    quiz.locator(".qz-result").get_by_text("No kernel answers").wait_for(timeout=15_000)
    quiz.get_by_label("Your answer").fill("2.6M")
    page.tab.keyboard.press("Enter")
    quiz.locator(".qz-result").get_by_text("is rounded").wait_for()
    paper = page.tab.locator(".cx").nth(1)
    paper.get_by_label("Your answer").first.fill("4496")
    paper.get_by_text("The kernel has not written responses-anna.b@uni.json yet.").wait_for()
