"""``course quiz export``."""

from __future__ import annotations

import argparse
import io
from pathlib import Path

import pytest

from course.quiz import QuizError
from course.quiz.export import FORMATS, LOSSES, command, parse
from course.quiz.plan import select


def run(*arguments: str) -> str:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    out = io.StringIO()
    assert command.run(parser.parse_args(arguments), io.StringIO(), out) == 0
    return out.getvalue()


def test_the_list_tells_every_format_and_loss():
    told = " ".join(run("--list").split())
    for format in FORMATS.values():
        assert f"{format.name} {format.about}" in told
    for loss in LOSSES.values():
        assert loss.about in told


@pytest.mark.parametrize("format", FORMATS)
def test_a_file_holds_the_questions_that_were_chosen(format, tmp_path):
    file = tmp_path / "quiz"
    told = run(format, "--seed", "5", "--topic", "conv", "--level", "2", "--count", "3", "-o", str(file))
    assert told.startswith(f"{file}: 3 questions, {FORMATS[format].about} (seed 5)\n")
    assert [q.name for q in parse(file.read_bytes(), format)] == [q.name for q in select("5", 3, 2, "conv")]
    assert list(tmp_path.iterdir()) == [file]


def test_only_losses_that_hit_are_told(tmp_path):
    told = run("gift", "--seed", "5", "--topic", "conv", "--count", "2", "-o", str(tmp_path / "quiz"))
    assert told.splitlines()[1:] == ["The format cannot hold: the hint."]
    assert run("csv", "--seed", "5", "-o", str(tmp_path / "table")).count("\n") == 1


def test_the_file_is_called_after_the_title(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run("moodle", "--seed", "5", "--title", "Midterm: conv & pool")
    assert b"Midterm: conv &amp; pool" in Path("midterm-conv-pool.xml").read_bytes()


def test_a_file_is_overwritten_only_when_asked(tmp_path):
    file = tmp_path / "quiz.xml"
    file.write_text("mine")
    with pytest.raises(QuizError, match=r"quiz\.xml exists: give another name after -o, or --force"):
        run("moodle", "--seed", "5", "-o", str(file))
    assert file.read_text() == "mine"
    run("moodle", "--seed", "5", "-o", str(file), "--force")
    assert file.read_bytes().startswith(b"<?xml")


@pytest.mark.parametrize("arguments", [(), ("word",)])
def test_a_missing_or_unknown_format_lists_them(arguments):
    with pytest.raises(
        QuizError, match="choose moodle, moodle-matching, gift, qti12, qti21, jupyterquiz, csv"
    ):
        run(*arguments)


def test_a_folder_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(QuizError, match="cannot write"):
        run("csv", "--seed", "5", "-o", str(tmp_path / "file" / "quiz.csv"))
