"""The list of lectures: a table that Markdown draws, true about what lies in the folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from course.contents import LECTURES, PROBLEM_SETS, lectures_table, problem_sets_table

CELLS = 7


def cells(row: str) -> list[str]:
    assert row.startswith("| ")
    assert row.endswith(" |")
    return row[2:-2].split(" | ")


def test_the_table_has_one_row_of_seven_cells_for_each_lecture(tmp_path: Path) -> None:
    head, rule, *rows = lectures_table(tmp_path).splitlines()
    assert len(cells(head)) == rule.count("---") == CELLS
    assert [cells(row)[:2] for row in rows] == [[f"{x.number:02d}", x.title] for x in LECTURES]
    assert {len(cells(row)) for row in rows} == {CELLS}
    assert [cells(row)[3] for row in rows] == [f"{x.minutes} min" for x in LECTURES]


def test_an_empty_folder_promises_nothing(tmp_path: Path) -> None:
    rows = lectures_table(tmp_path).splitlines()[2:]
    assert {cells(row)[2] for row in rows} == {"planned"}
    assert "](" not in "".join(rows)


@pytest.mark.parametrize("lecture", LECTURES, ids=lambda lecture: lecture.name)
def test_a_lecture_is_linked_as_soon_as_its_file_is_there_and_alone(lecture, tmp_path: Path) -> None:
    (tmp_path / lecture.file).touch()
    rows = lectures_table(str(tmp_path)).splitlines()[2:]
    ready = [row for row in rows if cells(row)[2] == "ready"]
    assert [cells(row)[1] for row in ready] == [f"**[{lecture.title}]({lecture.file})**"]


def test_a_folder_of_that_name_is_no_lecture(tmp_path: Path) -> None:
    (tmp_path / LECTURES[0].file).mkdir()
    assert "ready" not in lectures_table(tmp_path)


def test_what_comes_before_a_lecture_is_named_by_number(tmp_path: Path) -> None:
    for lecture, row in zip(LECTURES, lectures_table(tmp_path).splitlines()[2:], strict=True):
        needs = cells(row)[5]
        assert needs.startswith("lecture ") == bool(lecture.before)
        assert all(f"{number:02d}" in needs for number in lecture.before)


def test_files_sort_in_the_order_of_the_course_and_no_name_is_used_twice() -> None:
    files = [lecture.file for lecture in LECTURES]
    assert files == sorted(files)
    assert len({lecture.name for lecture in LECTURES}) == len({x.title for x in LECTURES}) == len(LECTURES)


def test_a_page_to_print_is_linked_where_it_is_there(tmp_path: Path) -> None:
    page = tmp_path / "summaries" / "05_convolution.html"
    page.parent.mkdir()
    page.touch()
    printed = [cells(row)[6] for row in lectures_table(tmp_path).splitlines()[2:]]
    assert [text for text in printed if text != "–"] == ["[one page](summaries/05_convolution.html)"]
    assert printed.index("[one page](summaries/05_convolution.html)") == 4


@pytest.mark.parametrize("given", PROBLEM_SETS, ids=lambda given: given.name)
def test_a_problem_set_is_linked_as_soon_as_its_assignment_is_there_and_alone(given, tmp_path: Path) -> None:
    (tmp_path / given.file).parent.mkdir()
    (tmp_path / given.file).touch()
    rows = problem_sets_table(tmp_path).splitlines()[2:]
    assert len(rows) == len(PROBLEM_SETS)
    assert [row for row in rows if "ready" in row] == [
        row for row in rows if f"(../assignments/{given.file})" in row
    ]
    assert sum("ready" in row for row in rows) == 1


def test_problem_sets_practise_lectures_that_are_in_the_course() -> None:
    assert {n for given in PROBLEM_SETS for n in given.lectures} <= {lecture.number for lecture in LECTURES}
    assert [given.number for given in PROBLEM_SETS] == list(range(1, 9))
