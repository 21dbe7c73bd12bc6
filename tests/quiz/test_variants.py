"""The course's secret and what comes from it: seeds, access codes, file names."""

import base64
import hashlib
import hmac
import os
import stat
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.cli import main
from course.quiz import QuizError
from course.quiz.variants import Secret, file_name, make_secret, plain_code, read_secret, student_id

SECRET = Secret(bytes(range(32)))


def test_a_seed_is_the_hmac_that_openssl_computes():
    # printf 'Quiz 1|anna' | openssl dgst -sha256 -mac HMAC -macopt hexkey:00…00 (32 bytes)
    expected = "cee909df740e6ae763ed008be465b4160356bd2473a0b2f9d977f3959e13a537"
    assert Secret(bytes(32)).seed("Quiz 1", "anna") == expected
    assert (
        SECRET.seed("Quiz 1", "zoë")
        == hmac.new(bytes(range(32)), "Quiz 1|zoë".encode(), hashlib.sha256).hexdigest()
    )


def test_the_same_student_has_one_seed_however_the_id_is_written():
    written = ["Zoë", " Zoë ", unicodedata.normalize("NFD", "Zoë"), "Zoë\n"]
    assert len({SECRET.seed("Quiz 1", student) for student in written}) == 1
    assert len({SECRET.code("Quiz 1", student) for student in written}) == 1
    assert SECRET.seed("Quiz 1", "zoë") != SECRET.seed("Quiz 1", "Zoë")


def test_no_two_students_titles_or_secrets_share_a_seed_or_a_code():
    for other in (Secret(bytes(32)), Secret(bytes(range(33)))):
        assert other.seed("Quiz 1", "anna") != SECRET.seed("Quiz 1", "anna")
        assert other.exam("Quiz 1") != SECRET.exam("Quiz 1")
    students = [f"student{i}" for i in range(3000)]
    for made in (SECRET.seed, SECRET.code):
        assert len({made(title, student) for title in ("Quiz 1", "Quiz 2") for student in students}) == 6000
    with pytest.raises(QuizError, match=r"has a \| in it"):
        SECRET.seed("Quiz 1|a", "nna")


def test_codes_tell_nothing_of_seeds():
    codes = {plain_code(SECRET.code("Quiz 1", f"s{i}")) for i in range(500)}
    assert all(len(code) == 10 and set(code) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") for code in codes)
    for i in range(500):
        digest = bytes.fromhex(SECRET.seed("Quiz 1", f"s{i}"))
        assert base64.b32encode(digest).decode()[:10] not in codes
    assert len(set("".join(codes))) == 32


@pytest.mark.parametrize(
    "typed", ["ABCDE-FGHIO", "abcdefghio", " abcde fghi0 ", "abc-de-fgh10", "ABCDE–FGHIO"]
)
def test_codes_are_read_as_people_type_them(typed):
    assert plain_code(typed) == "ABCDEFGHIO"


@pytest.mark.parametrize(
    ("student", "told"),
    [("", "is empty"), ("  \n", "is empty"), ("x" * 101, "longer than 100"), ("a\x00b", "does not print"), ("a\nb", "does not print"),
     ("a\u202eb", "does not print"), ("\ud800", "does not print")],
)  # fmt: skip
def test_ids_that_are_none_are_refused_with_the_rule(student, told):
    with pytest.raises(QuizError, match=told):
        student_id(student)


ids = st.text(min_size=1, max_size=30).filter(
    lambda s: (
        s.strip()
        and not any(unicodedata.category(c)[0] == "C" for c in unicodedata.normalize("NFC", s).strip())
    )
)


@given(ids)
def test_no_id_makes_a_path(student):
    name = file_name(student)
    assert name == Path(name).name
    assert name not in (".", "..")
    assert not name.startswith((".", "-"))
    assert set(name) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789%._-~@+,")


@given(ids, ids)
def test_two_ids_never_share_a_file(a, b):
    assert (file_name(a) == file_name(b)) == (student_id(a) == student_id(b))


@pytest.mark.parametrize("name", ["con", "NUL", "com1", "aux.x", "lpt9"])
def test_windows_reserved_names_are_no_file_names(name):
    assert file_name(name) == f"%{ord(name[0]):02X}{name[1:]}"
    assert file_name(f"{name.partition('.')[0]}rad") == f"{name.partition('.')[0]}rad"


def test_the_command_makes_a_secret_for_its_owner_alone_and_never_overwrites_one(tmp_path, capsys):
    file = tmp_path / "course.secret"
    before = os.umask(0)
    try:
        assert main(["quiz", "secret", str(file)]) == 0
    finally:
        os.umask(before)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    text = file.read_text()
    assert len(bytes.fromhex(text.strip())) == 32
    assert text.strip() not in capsys.readouterr().out
    assert main(["quiz", "secret", str(file)]) == 2
    assert "choose another name" in capsys.readouterr().err
    assert file.read_text() == text
    assert read_secret(file).warning == ""
    make_secret(tmp_path / "other")
    assert (tmp_path / "other").read_text() != text


def test_a_secret_is_found_in_the_environment_as_text_or_as_a_file(tmp_path, monkeypatch):
    monkeypatch.delenv("COURSE_QUIZ_SECRET", raising=False)
    with pytest.raises(QuizError, match="there is no secret: make one with course quiz secret FILE"):
        read_secret()
    monkeypatch.setenv("COURSE_QUIZ_SECRET", SECRET.value.hex())
    assert read_secret().value == SECRET.value
    make_secret(tmp_path / "s")
    monkeypatch.setenv("COURSE_QUIZ_SECRET", str(tmp_path / "s"))
    assert read_secret() == read_secret(tmp_path / "s")


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"", "too short, 0 bytes of at least 32"), (b"abcd", "too short, 2 bytes"), (b"my secret", "holds no secret: 64 hexadecimal digits"),
     (b"\xff" * 64, "cannot read the secret")],
)  # fmt: skip
def test_what_is_no_secret_says_so(tmp_path, content, told):
    (tmp_path / "s").write_bytes(content)
    with pytest.raises(QuizError, match=told):
        read_secret(tmp_path / "s")
    with pytest.raises(QuizError, match="there is no secret in"):
        read_secret(tmp_path / "none")


@pytest.mark.skipif(os.name != "posix", reason="modes of files are POSIX's")
@pytest.mark.parametrize(
    ("mode", "warned"), [(0o600, False), (0o400, False), (0o640, True), (0o604, True), (0o620, True)]
)
def test_a_secret_that_others_can_read_is_warned_about(tmp_path, mode, warned):
    file = tmp_path / "s"
    make_secret(file)
    file.chmod(mode)
    assert bool(read_secret(file).warning) == warned


def test_a_secret_does_not_print_itself():
    assert SECRET.value.hex() not in repr(SECRET)
    assert "value" not in repr(SECRET)
