"""`python -m course.lectures`: what is stored is the same after every run, and a failed run stores nothing."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest
from tqdm import tqdm

from course import lectures
from course.contents import LECTURES, lectures_table
from course.lectures import LectureError, execute, main, store, tidy

ROOT = Path(__file__).resolve().parents[2]
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="9"><desc>said</desc>\n<text>5 · 3 % #</text></svg>'


def write(path: Path, *sources: str) -> Path:
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    for i, cell in enumerate(cells):
        cell["id"] = f"cell-{i}"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    return path


def displayed(data: dict[str, str]):
    output = nbformat.v4.new_output("display_data", data)
    cell = nbformat.v4.new_code_cell("x", outputs=[output], execution_count=1)
    return tidy(nbformat.v4.new_notebook(cells=[cell])).cells[0].outputs[0].data


def test_a_second_run_changes_nothing_and_a_failure_leaves_the_file(tmp_path: Path) -> None:
    path = write(
        tmp_path / "01_a.ipynb", "print(1)\nprint(2)", "# NBVAL_IGNORE_OUTPUT\nprint('this machine')"
    )
    assert main([str(path)]) == 0
    first = path.read_bytes()
    notebook = nbformat.read(path, as_version=4)
    assert [cell.execution_count for cell in notebook.cells] == [1, 2]
    assert notebook.cells[0].outputs[0].text == "1\n2\n"
    assert notebook.cells[1].outputs == []
    assert main(["--check", str(path)]) == 0

    notebook.cells[0].source = "1 / 0"
    nbformat.write(notebook, path)
    broken = path.read_bytes()
    assert broken != first
    assert main([str(path)]) == 1
    assert path.read_bytes() == broken
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(LectureError, match=r"01_a.ipynb, code cell 1 of 2: ZeroDivisionError"):
        execute(path)


def test_a_warning_is_a_failure() -> None:
    output = nbformat.v4.new_output("stream", name="stderr", text="FutureWarning: soon")
    cell = nbformat.v4.new_code_cell("x", outputs=[output])
    with pytest.raises(LectureError, match="writes to stderr: FutureWarning: soon"):
        tidy(nbformat.v4.new_notebook(cells=[cell]))


def test_a_progress_bar_that_wiped_itself_is_not_stored() -> None:
    bar = io.StringIO()
    for _ in tqdm(range(3), "drawing", leave=False, file=bar):
        pass
    assert "drawing" in bar.getvalue()
    wiped = nbformat.v4.new_output("stream", name="stderr", text=bar.getvalue())
    said = nbformat.v4.new_output("stream", name="stdout", text="3 samples\n")
    cell = nbformat.v4.new_code_cell("x", outputs=[wiped, said])
    assert tidy(nbformat.v4.new_notebook(cells=[cell])).cells[0].outputs == [said]
    both = nbformat.v4.new_output("stream", name="stderr", text=bar.getvalue() + "FutureWarning: soon\n")
    cell = nbformat.v4.new_code_cell("x", outputs=[both])
    with pytest.raises(LectureError, match="FutureWarning: soon"):
        tidy(nbformat.v4.new_notebook(cells=[cell]))


def test_a_widget_is_stored_as_a_picture_with_words() -> None:
    data = displayed({lectures.VIEW: "{}", "image/svg+xml": SVG, "text/plain": 'kernel "a" & b:\n1 < 2'})
    assert set(data) == {"text/html", "text/plain"}
    found: list[dict[str, str | None]] = []

    class Images(HTMLParser):
        def handle_starttag(self, tag, attrs):
            if tag == "img":
                found.append(dict(attrs))

    Images().feed(data["text/html"])
    (image,) = found
    assert image["alt"] == 'kernel "a" & b: 1 < 2'
    assert image["width"] == "60"
    root = ET.fromstring(unquote(re.fullmatch(r"data:image/svg\+xml;charset=utf-8,(.*)", image["src"])[1]))
    assert [child.text for child in root] == ["5 · 3 % #"]  # the description is in the alt text


def test_a_widget_without_a_picture_keeps_its_words() -> None:
    assert displayed({lectures.VIEW: "{}", "text/plain": "Quiz()"}) == {"text/plain": "Quiz()"}
    plain = {"text/html": "<p>hello</p>", "text/plain": "hello"}
    assert displayed(dict(plain)) == plain


def test_what_differs_from_run_to_run_is_left_out() -> None:
    cell = nbformat.v4.new_code_cell("x", metadata={"execution": {"iopub.execute_input": "2026-01-01"}})
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata={"widgets": {}, "course": {"lecture": 5}})
    tidied = tidy(notebook)
    assert tidied.cells[0].metadata == {}
    assert set(tidied.metadata) == {"kernelspec", "language_info", "course"}
    assert tidied.metadata.language_info.version == "3"


def test_storing_says_whether_the_file_changed(tmp_path: Path) -> None:
    notebook = tidy(nbformat.v4.new_notebook())
    assert store(notebook, tmp_path / "a.ipynb")
    assert not store(notebook, tmp_path / "a.ipynb")


def test_a_missing_notebook_is_one_clear_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["nowhere.ipynb"]) == 2
    assert capsys.readouterr().err.strip() == (
        "no such notebook: nowhere.ipynb: name files, or none for all lectures"
    )


def test_the_contents_list_fifteen_lectures_and_link_only_to_those_that_exist(tmp_path: Path) -> None:
    (tmp_path / LECTURES[1].file).touch()
    rows = lectures_table(tmp_path).splitlines()[2:]
    assert [lecture.number for lecture in LECTURES] == list(range(1, 16))
    assert [row for row in rows if "](" in row] == [row for row in rows if "ready" in row] == [rows[1]]
    assert f"[Multilayer perceptrons]({LECTURES[1].file})" in rows[1]
    assert all(before < lecture.number for lecture in LECTURES for before in lecture.before)


@pytest.mark.parametrize("lecture", [x for x in LECTURES if (ROOT / "lectures" / x.file).exists()])
def test_a_lecture_and_the_contents_agree(lecture) -> None:
    notebook = nbformat.read(ROOT / "lectures" / lecture.file, as_version=4)
    frame = notebook.cells[0].source
    assert frame.startswith(f"# {lecture.number:02d} · {lecture.title}")
    assert f"about {lecture.minutes} minutes | {lecture.device}" in frame
    course = notebook.metadata.course
    assert (course.lecture, course.minutes, course.device) == (
        lecture.number,
        lecture.minutes,
        lecture.device,
    )
