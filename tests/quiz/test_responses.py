"""What students hand in is read, whatever stands in it; hostile files harm nothing and stop nobody."""

import contextlib
import io
import json
import os
import tracemalloc
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.quiz import QuizError
from course.quiz.files import renew
from course.quiz.responses import LARGEST_FILE, parse, read_responses, read_table_of_answers
from tests.quiz.classes import handed_in, save

GOOD = {"student": "anna", "answers": {"q1": "4640"}}


def test_what_the_page_saves_is_read_back():
    told = handed_in("Zoë", {"q1": "(3*3*16 + 1)*32", "q3": ""}, flags=["q1"])
    handed = parse(json.dumps(told).encode(), "z.json")
    assert (handed.student, handed.answers) == ("Zoë", {"q1": "(3*3*16 + 1)*32", "q3": ""})
    assert (handed.exam, handed.variant, handed.code) == (told["exam"], told["variant"], told["code"])
    assert handed.saved is not None
    assert (handed.saved.year, handed.saved.tzinfo is not None) == (2026, True)
    assert handed.notes == ()


BAD = {
    "empty": b"",
    "half": b'{"student": "anna", "answers": {"q1": "46',
    "no object": b"[1, 2]",
    "a number": b"7",
    "another kind": b'{"format": "course-quiz-exam", "student": "a", "answers": {}}',
    "a strange kind": b'{"format": {"a": "\\u001b[2J"}, "student": "a", "answers": {}}',
    "no student": b'{"answers": {}}',
    "a student who is no text": b'{"student": {"a": 1}, "answers": {}}',
    "an empty student": b'{"student": " ", "answers": {}}',
    "a student with a surrogate": b'{"student": "\\ud800", "answers": {}}',
    "a student with escapes": b'{"student": "a\\u001b[31mb", "answers": {}}',
    "answers as a list": b'{"student": "anna", "answers": ["q1"]}',
    "deep": b'{"student": "anna", "answers": {}, "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "a huge number": b'{"student": "anna", "answers": {"q1": ' + b"9" * 5000 + b"}}",
    "other bytes": b"\xff\xfe\x00\x01",
    "a later version": b'{"version": 2, "student": "anna", "answers": {}}',
}


@pytest.mark.parametrize("data", BAD.values(), ids=BAD)
def test_bad_files_are_an_error_with_a_reason_that_prints(data):
    with pytest.raises(QuizError) as caught:
        parse(data, "x.json")
    assert 10 < len(str(caught.value)) < 400
    assert str(caught.value).isprintable()


@given(st.binary(max_size=200) | st.text(alphabet='{}[]":,0e-\\utn', max_size=40).map(str.encode))
def test_any_bytes_are_answers_or_an_error(data):
    with contextlib.suppress(QuizError):
        assert parse(data, "x.json").student


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda v: st.lists(v) | st.dictionaries(st.text(), v),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["student", "answers", "format", "version", "saved", "code", "x"]), values)
       | st.fixed_dictionaries({"student": st.just("anna"), "answers": st.dictionaries(st.text() | st.just("q1"), values), "saved": values}))  # fmt: skip
def test_any_json_is_answers_of_texts_or_an_error(told):
    try:
        handed = parse(json.dumps(told).encode(), "x.json")
    except QuizError:
        return
    assert all(type(k) is str and type(v) is str and len(v) <= 1001 for k, v in handed.answers.items())


def test_what_does_not_belong_is_passed_over_with_a_note():
    told = GOOD | {
        "mood": "good", "saved": "yesterday", "code": 7,
        "answers": {"q1": 4640, "q2": 1.5, "q3": ["a"], "q4": True, "q5": "x" * 2000, "Q6": "a", "q0": "b", "__class__": "c"},
    }  # fmt: skip
    handed = parse(json.dumps(told).encode(), "x.json")
    assert handed.answers == {"q1": "4640", "q2": "1.5", "q5": "x" * 1000 + "…"}
    assert (handed.saved, handed.code) == (None, "")
    notes = " | ".join(handed.notes)
    for part in (
        "'mood' is not a field",
        "q3 is no text",
        "q4 is no text",
        "q5 is longer",
        "'Q6' is no name",
        "'q0'",
        "'__class__'",
    ):
        assert part in notes
    many = parse(json.dumps(GOOD | {"answers": {f"q{i}": "1" for i in range(1, 9000)}}).encode(), "x.json")
    assert len(many.answers) == 500
    assert "more than 500 answers" in many.notes[-1]


def test_one_bad_file_does_not_stop_the_class(tmp_path):
    for student in ("anna", "ben", "cem"):
        save(tmp_path / "in" / f"{student}_123_assignsubmission_file", student, {"q1": "1"})
    for name, data in BAD.items():
        (tmp_path / "in" / f"{name}.json").write_bytes(data)
    (tmp_path / "in" / "large.json").write_bytes(b'{"student": "x", "answers": {}}' + b" " * LARGEST_FILE)
    (tmp_path / "in" / "notes.docx").write_bytes(b"PK")
    (tmp_path / "in" / ".DS_Store").write_bytes(b"x")
    (tmp_path / "in" / "__MACOSX").mkdir()
    (tmp_path / "in" / "__MACOSX" / "anna.json").write_bytes(b"x")
    inbox = read_responses(tmp_path / "in")
    assert sorted(h.student for h in inbox.handed) == ["anna", "ben", "cem"]
    assert sorted(name for name, _ in inbox.problems) == sorted(
        [*(f"{name}.json" for name in BAD), "large.json"]
    )
    assert dict(inbox.problems)["large.json"] == "it is larger than 1,000,000 bytes"
    assert inbox.passed == 1


@pytest.mark.skipif(os.name != "posix", reason="links and pipes are POSIX's")
def test_links_and_pipes_are_not_followed(tmp_path):
    save(tmp_path / "in", "anna", {"q1": "1"})
    save(tmp_path / "elsewhere", "ben", {"q1": "1"})
    (tmp_path / "in" / "link.json").symlink_to(tmp_path / "elsewhere" / "responses-ben.json")
    (tmp_path / "in" / "folder").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "in" / "loop").symlink_to(tmp_path / "in")
    os.mkfifo(tmp_path / "in" / "pipe.json")  # opening it would wait for ever
    inbox = read_responses(tmp_path / "in")
    assert [h.student for h in inbox.handed] == ["anna"]
    assert sorted(name for name, _ in inbox.problems) == ["link.json", "pipe.json"]


def zipped(entries):
    """Return the bytes of a zip."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries:
            archive.writestr(name, data)
    return stream.getvalue()


def test_a_zip_is_read_in_memory_and_its_names_lead_nowhere(tmp_path):
    good = json.dumps(handed_in("anna", {"q1": "1"}))
    entries = [("../../evil.json", good), ("/etc/evil.json", good.replace("anna", "ben")), ("a/x.csv", "student,q1\ncem,7\n"),
               ("C:\\evil.json", "{"), ("\x1b[2J.json", "{"), ("inner.zip", zipped([("x.json", good)])), ("readme.txt", "hello"),
               ("big.json", b" " * 50_000_000)]  # fmt: skip
    (tmp_path / "all.zip").write_bytes(zipped(entries))
    before = sorted(tmp_path.parent.rglob("evil*"))
    tracemalloc.start()
    inbox = read_responses(tmp_path / "all.zip")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 10_000_000  # though one of the files unpacks to five times that
    assert sorted(h.student for h in inbox.handed) == ["anna", "ben", "cem"]
    assert len(inbox.problems) == 3
    assert all(name.isprintable() and reason.isprintable() for name, reason in inbox.problems)
    assert ("all.zip: big.json", "it is larger than 1,000,000 bytes") in inbox.problems
    assert inbox.passed == 2
    assert sorted(p.name for p in tmp_path.iterdir()) == ["all.zip"]
    assert sorted(tmp_path.parent.rglob("evil*")) == before


def test_a_zip_that_unpacks_to_very_much_is_read_to_a_bound(tmp_path, monkeypatch):
    monkeypatch.setattr("course.quiz.responses.LARGEST_ZIP", 3_000_000)
    padded = json.dumps(handed_in("anna", {"q1": "1"})).encode() + b" " * 900_000
    (tmp_path / "bomb.zip").write_bytes(zipped([(f"{i}.json", padded) for i in range(50)]))
    inbox = read_responses(tmp_path / "bomb.zip")
    assert len(inbox.handed) == 3
    assert inbox.problems == [
        ("bomb.zip: 11.json", "the zip unpacks to more than 3,000,000 bytes: the rest is not read")
    ]


def test_damaged_and_locked_zips_are_problems(tmp_path):
    data = bytearray(zipped([("a.json", json.dumps(GOOD) * 50), ("b.json", json.dumps(GOOD))]))
    damaged = bytes(data[:40]) + b"\xff\xff\xff" + bytes(data[43:])
    locked = bytearray(zipped([("a.json", json.dumps(GOOD))]))
    for at in (locked.find(b"PK\x03\x04") + 6, locked.find(b"PK\x01\x02") + 8):
        locked[at] |= 1  # says that it is encrypted
    (tmp_path / "in").mkdir()
    for name, content in (("damaged", damaged), ("locked", bytes(locked)), ("none", b"PK nothing")):
        (tmp_path / "in" / f"{name}.zip").write_bytes(content)
    inbox = read_responses(tmp_path / "in")
    assert [h.source for h in inbox.handed] == ["damaged.zip: b.json"]
    assert [name for name, _ in inbox.problems] == ["damaged.zip: a.json", "locked.zip: a.json", "none.zip"]


def test_a_table_from_paper_is_read_line_by_line(tmp_path):
    (tmp_path / "paper.csv").write_text(
        "\ufeffStudent;Q1;q2;Remark\nanna;4,640;b;late\nben;;ac;\n", encoding="utf-8"
    )
    inbox = read_responses(tmp_path / "paper.csv")
    assert [(h.student, h.answers) for h in inbox.handed] == [
        ("anna", {"q1": "4,640", "q2": "b"}),
        ("ben", {"q2": "ac"}),
    ]
    assert inbox.handed[0].source == "paper.csv, line 2"
    assert inbox.handed[0].notes == ("columns passed over: Remark",)
    with pytest.raises(QuizError, match="no column q1"):
        read_table_of_answers(b"student,a\nanna,1\n", "x.csv")
    (tmp_path / "paper.csv").write_text("student,q1\nanna,1\nanna,2\n")
    assert "lines 2 and 3" in read_responses(tmp_path / "paper.csv").problems[0][1]


def test_the_tables_of_an_earlier_marking_are_no_answers(tmp_path):
    save(tmp_path, "anna", {"q1": "1"})
    renew(tmp_path / "marks", {"scores.csv": b"student,q1\nanna,2\n"})
    inbox = read_responses(tmp_path)
    assert [h.source for h in inbox.handed] == ["responses-anna.json"]
    assert inbox.problems == []


def test_nothing_to_read_is_an_error(tmp_path):
    for path, told in ((tmp_path / "none", "there are no responses in"), (tmp_path, "holds no responses")):
        with pytest.raises(QuizError, match=told):
            read_responses(path)
    (tmp_path / "a.txt").write_text("x")
    with pytest.raises(QuizError, match=r"is no \.json, \.csv or \.zip"):
        read_responses(tmp_path / "a.txt")
