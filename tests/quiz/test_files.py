"""Tables as spreadsheets write them, cells that they cannot run, and files that are not lost."""

import contextlib
import csv
import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.quiz import QuizError
from course.quiz.files import (
    clean,
    csv_bytes,
    inert,
    put,
    read_roster,
    read_seeds,
    read_table,
    renew,
    replace,
)

TABLES = {
    "commas": b"student,name\nanna,Anna B\nben,Ben\n",
    "semicolons": b"student;name\nanna;Anna B\nben;Ben\n",
    "tabs": b"student\tname\nanna\tAnna B\nben\tBen\n",
    "Excel's line and mark": "\ufeffsep=;\r\nStudent;Name\r\nanna;Anna B\r\nben;Ben\r\n".encode(),
    "quotes, empty lines, spaces": b'"student","name"\n\n anna ,"Anna B"\n,\nben,Ben\n\n',
    "another order": b"name,ID\nAnna B,anna\nBen,ben\n",
    "short rows": b"username,name\nanna,Anna B\nben,Ben\n",
    "old line ends": b"student,name\ranna,Anna B\rben,Ben\r",
}


@pytest.mark.parametrize("data", TABLES.values(), ids=TABLES)
def test_tables_are_read_however_they_were_saved(data):
    table = read_table(data, "class.csv")
    assert list(table.students) == ["anna", "ben"]
    assert [list(cells.values()) for cells in table.students.values()] == [["Anna B"], ["Ben"]]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "is empty: its first line names the columns"),
        (b"name,mail\nx,y\n", "no column of ids: call one student or id or username; its columns are name, mail"),
        (b"student\nanna\nanna\n", "'anna' stands in lines 2 and 3: keep one"),
        (b"student\nanna\nANNA\n", "'ANNA' stands in lines 2 and 3"),
        (b"student,name\nanna,A\n,B\n", "line 3: a student id is empty"),
        (b"student,name\nanna,A,B\n", "line 2: 3 cells, and 2 columns"),
        ("student\nZoë\n".encode("latin-1"), "is not UTF-8: save it again"),
        (b"student,a,A\nx,1,2\n", "two columns 'a'"),
        (b'student,name\nanna,"A\n', "is no CSV file"),
        (b"stu\0dent\nx\n", "bytes of zero"),
        ("student\nan\u200bna\n".encode(), "does not print"),
        (b"student,name\nanna," + b"x" * 200_000 + b"\n", "is no CSV file: field larger"),
        (b"x" * 20_000_001, "more than 20,000,000: is it the right file"),
    ],
)  # fmt: skip
def test_tables_that_cannot_be_meant_say_line_rule_and_mend(data, told):
    with pytest.raises(QuizError, match=told):
        read_table(data, "class.csv")


def test_an_id_in_two_writings_is_one_student_twice():
    data = f"student\nZoë\n{unicodedata.normalize('NFD', 'Zoë')}\n".encode()
    with pytest.raises(QuizError, match="lines 2 and 3"):
        read_table(data, "class.csv")


@given(st.binary(max_size=300))
def test_any_bytes_are_a_table_or_an_error(data):
    with contextlib.suppress(QuizError):
        table = read_table(b"student,q1\n" + data, "x.csv")
        assert all(student == student.strip() != "" for student in table.students)


def test_rosters_and_seeds_need_what_they_are_for(tmp_path):
    file = tmp_path / "r.csv"
    file.write_text("student\n")
    with pytest.raises(QuizError, match="names no student"):
        read_roster(file)
    file.write_text("student,seed\nanna,17\nben,\n")
    with pytest.raises(QuizError, match="line 3: ben has no seed"):
        read_seeds(file)
    file.write_text("student,number\nanna,17\n")
    with pytest.raises(QuizError, match="no column seed"):
        read_seeds(file)
    file.write_text("Student;Seed\nanna;17\nben;B\n")
    assert read_seeds(file) == {"anna": "17", "ben": "B"}
    with pytest.raises(QuizError, match="cannot read"):
        read_roster(tmp_path / "none.csv")


FORMULAS = [
    "=1+1",
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1",
    "\n@x",
    "＝1",
    '=HYPERLINK("http://x")',
]


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_begins_like_a_formula(formula):
    row = next(csv.reader(io.StringIO(csv_bytes([formula], []).decode("utf-8-sig"))))
    assert row[0].startswith("'")
    assert [inert(-3), inert(-0.5), inert(2.0), inert(None), inert(1 / 3)] == [
        "-3",
        "-0.5",
        "2",
        "",
        "0.333333",
    ]


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=5))
def test_whatever_is_written_can_be_encoded_and_read_back(rows):
    data = csv_bytes(["a", "b"], rows)
    back = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert len(back) == len(rows) + 1
    assert back[1:] == [[inert(cell) for cell in row] for row in rows]
    assert not any(cell.startswith(tuple("=+-@\t\r\n")) for row in back for cell in row)


def test_what_could_move_a_terminals_cursor_is_written_out():
    assert clean("a\x1b[2Jb\x00") == "a\\x1b[2Jb\\x00"
    assert clean("a\u202eb") == "a\\u202eb"


def test_put_writes_once_and_never_over_something_else(tmp_path):
    file = tmp_path / "deep" / "a.json"
    assert put(file, b"1") is True
    assert put(file, b"1") is False
    with pytest.raises(QuizError, match="holds something else"):
        put(file, b"2")
    assert file.read_bytes() == b"1"
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(QuizError, match="exists"):
        put(link, b"1")
    assert not (tmp_path / "elsewhere").exists()


def test_an_interrupted_write_leaves_the_old_file_and_no_other(tmp_path, monkeypatch):
    (tmp_path / "a").write_bytes(b"old")
    monkeypatch.setattr("pathlib.Path.replace", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        replace(tmp_path / "a", b"new")
    assert [p.name for p in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_bytes() == b"old"


def test_renew_takes_away_its_own_old_files_and_never_others(tmp_path):
    renew(tmp_path, {"a.csv": b"1", "b.csv": b"2"})
    (tmp_path / "mine.txt").write_text("years of work")
    renew(tmp_path, {"a.csv": b"3"})
    assert sorted(p.name for p in tmp_path.iterdir()) == [".course-quiz.json", "a.csv", "mine.txt"]
    assert (tmp_path / "a.csv").read_bytes() == b"3"
    with pytest.raises(QuizError, match="was not written by this command"):
        renew(tmp_path, {"mine.txt": b"4"})
    assert (tmp_path / "mine.txt").read_text() == "years of work"
    (tmp_path / "victim").write_text("x")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / ".course-quiz.json").write_text('["../victim", "..", 3]')
    with pytest.raises(QuizError, match="is damaged"):
        renew(tmp_path / "sub", {"a.csv": b"1"})
    (tmp_path / "sub" / ".course-quiz.json").write_text('["../victim", ".."]')
    renew(tmp_path / "sub", {"a.csv": b"1"})
    assert (tmp_path / "victim").exists()
