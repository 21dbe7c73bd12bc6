"""The student edition: what is in it, what it refuses to overwrite, and that every planted leak is found."""

from __future__ import annotations

import base64
import codecs
import gzip
import html
import io
import json
import os
import re
import shutil
import subprocess
import sys
import urllib.parse
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course.release import (
    MARKER,
    LeakError,
    ReleaseError,
    check_assignments,
    check_path,
    everything,
    generate_assignments,
    scan,
    secrets_of,
    student_edition,
)
from course.release.leaks import Secret, _Secrets, tells_something

from .conftest import HIDDEN, PROSE, ROOT, SOLUTION, VISIBLE, code, notebook

SECRETS = {"solution": SOLUTION, "hidden test": HIDDEN, "written answer": PROSE}


def everything_in(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_what_is_in_it(checkout, tmp_path):
    (checkout / "lectures/.ipynb_checkpoints").mkdir()
    (checkout / "lectures/.ipynb_checkpoints/01-checkpoint.ipynb").write_text("{}")
    (checkout / "course/__pycache__").mkdir()
    (checkout / "course/__pycache__/x.pyc").write_bytes(b"")
    student_edition(tmp_path / "out", checkout)
    assert sorted(everything_in(tmp_path / "out")) == sorted([
        MARKER, "LICENSE", "LICENSE-TEXT", "Makefile", "README.md", "constraints.txt", "pyproject.toml",
        "assignments/ps/ps.ipynb", "course/__init__.py", "course/grading/__init__.py", "course/grading/checks.py",
        "course/grading/refusal.py", "lectures/01_first.ipynb",
    ])  # fmt: skip
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == [], "no temporary folder is left"


def test_writing_it_again_changes_nothing(checkout, tmp_path):
    student_edition(tmp_path / "out", checkout)
    first = everything_in(tmp_path / "out")
    student_edition(tmp_path / "out", checkout)
    assert everything_in(tmp_path / "out") == first


def test_a_published_edition_keeps_its_git_history(checkout, tmp_path):
    student_edition(tmp_path / "out", checkout)
    (tmp_path / "out/.git").mkdir()
    (tmp_path / "out/.git/HEAD").write_text("ref")
    (tmp_path / "out/lectures/.ipynb_checkpoints").mkdir()
    (checkout / "lectures/02_second.ipynb").write_text(notebook())
    student_edition(tmp_path / "out", checkout)
    assert (tmp_path / "out/.git/HEAD").read_text() == "ref"
    assert (tmp_path / "out/lectures/02_second.ipynb").exists()


@pytest.mark.parametrize("place", [".", "lectures", "new", "build", ".."])
def test_it_is_never_written_into_the_course(checkout, place):
    (checkout / "build").mkdir()
    before = everything_in(checkout)
    with pytest.raises(ReleaseError, match=r"course's own tree|holds the course"):
        student_edition(checkout / place, checkout)
    assert everything_in(checkout) == before


def test_it_may_be_written_into_build(checkout):
    student_edition(checkout / "build/student", checkout)
    assert (checkout / "build/student" / MARKER).exists()


def test_nothing_of_others_is_overwritten(checkout, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "thesis.tex").write_text("years of work")
    with pytest.raises(ReleaseError, match="not empty and was not written by this command"):
        student_edition(out, checkout)
    assert everything_in(out) == {"thesis.tex": b"years of work"}
    with pytest.raises(ReleaseError, match="is a file"):
        student_edition(out / "thesis.tex", checkout)


@pytest.mark.parametrize("change", ["added", "edited", "marker"])
def test_changes_by_hand_are_not_overwritten(checkout, tmp_path, change):
    out = tmp_path / "out"
    student_edition(out, checkout)
    name = {"added": "lectures/mine.md", "edited": "lectures/01_first.ipynb", "marker": MARKER}[change]
    (out / name).write_text("mine")
    with pytest.raises(ReleaseError, match=re.escape(name)):
        student_edition(out, checkout)
    assert (out / name).read_text() == "mine"


def test_a_failed_run_leaves_what_there_was(checkout, tmp_path):
    out = tmp_path / "out"
    student_edition(out, checkout)
    before = everything_in(out)
    (checkout / "lectures/02_second.ipynb").write_text(notebook(code(SOLUTION)))
    with pytest.raises(LeakError):
        student_edition(out, checkout)
    assert everything_in(out) == before
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".")] == []


def test_links_are_refused(checkout, tmp_path):
    (checkout / "lectures/data.csv").symlink_to(checkout / "tests/test_it.py")
    with pytest.raises(ReleaseError, match=r"lectures/data\.csv is a link"):
        student_edition(tmp_path / "out", checkout)


@pytest.mark.parametrize("missing", ["solutions/ps/ps.ipynb", "LICENSE"])
def test_without_sources_nothing_is_released(checkout, tmp_path, missing):
    (checkout / missing).unlink()
    with pytest.raises(ReleaseError, match=r"solutions|has no LICENSE"):
        student_edition(tmp_path / "out", checkout)
    assert not (tmp_path / "out").exists()


# Leaks: each way of hiding a line, in each kind of file.


def gzipped(line: str) -> bytes:
    return gzip.compress(f"# notes\n{line}\n".encode())


def zipped(line: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("deep/inside.py", f"x = 1\n{line}\n")
    return stream.getvalue()


def lines64(line: str) -> str:
    return "KEY = '''\n" + base64.encodebytes(("# " * 40 + line + " # " * 40).encode()).decode() + "'''"


HIDING = {
    "as it is": lambda line: line,
    "indented and in a longer line": lambda line: f"        x = 1; {line}  # done",
    "spaced otherwise": lambda line: line.replace(" ", "   ").replace("(", " ( ").replace(",", " , "),
    "broken into lines": lambda line: line.replace(" ", "\n    "),
    "JSON": lambda line: json.dumps({"a": line + '\n"'}),
    "JSON in JSON": lambda line: json.dumps(json.dumps([line])),
    "unicode escapes": lambda line: "".join(f"\\u{ord(c):04x}" if not c.isalnum() else c for c in line),
    "HTML": lambda line: html.escape(line).replace("(", "&#40;"),
    "percent": urllib.parse.quote,
    "base64": lambda line: f"KEY = '{base64.b64encode(line.encode()).decode()}'",
    "base64, URL alphabet": lambda line: base64.urlsafe_b64encode(f"???>>>{line}".encode()).decode(),
    "base64 in lines": lines64,
    "base64 twice": lambda line: base64.b64encode(base64.b64encode(line.encode())).decode(),
    "base64 of gzip": lambda line: base64.b64encode(gzipped(line)).decode(),
    "hexadecimal": lambda line: codecs.encode(line.encode(), "hex").decode(),
}  # fmt: skip


@pytest.mark.parametrize("way", HIDING)
@pytest.mark.parametrize("secret", SECRETS)
def test_every_planted_leak_is_found(checkout, tmp_path, way, secret):
    hidden = HIDING[way](SECRETS[secret])
    (checkout / "course/extra.py").write_text(f"first = 1\n\n{hidden}\n")
    with pytest.raises(LeakError) as caught:
        student_edition(tmp_path / "out", checkout)
    leaks = {(str(leak.path), leak.line) for leak in caught.value.leaks}
    assert leaks in ({("course/extra.py", 3)}, {("course/extra.py", 4)}), caught.value
    assert not (tmp_path / "out").exists()


PLACES = {
    "lecture, code": (
        "lectures/02.ipynb",
        lambda line: notebook(code("x = 1"), code(f"y = 2\n{line}\nz = 3")),
    ),
    "lecture, source as a list of lines": (
        "lectures/02.ipynb",
        lambda line: notebook(
            {**code(""), "source": ["y = 2\n", *(word + "\n" for word in line.split(" "))]}
        ),
    ),
    "lecture, output": (
        "lectures/02.ipynb",
        lambda line: notebook(
            {**code("f()"), "outputs": [{"output_type": "stream", "name": "stdout", "text": [line + "\n"]}]}
        ),
    ),
    "lecture, metadata": (
        "lectures/02.ipynb",
        lambda line: notebook({**code("x"), "metadata": {"was": {"source": line}}}),
    ),
    "library": ("course/extra.py", lambda line: f'"""{line}"""\n'),
    "library, JavaScript": ("course/widgets/js/extra.js", lambda line: f"// {line}\n"),
    "assignment": ("assignments/ps/ps.ipynb", lambda line: notebook(code(line, "answer", solution=True))),
    "assignment's data": ("assignments/ps/data.csv", lambda line: f"a,b\n1,2\n{line}\n"),
    "JSON data": ("lectures/results/run.json", lambda line: json.dumps({"cells": [[line]]})),
    "archive": ("lectures/data.zip", zipped),
    "compressed data": ("lectures/data.npz.gz", gzipped),
    "binder": ("binder/postBuild", lambda line: f"#!/bin/sh\n# {line}\n"),
    "Makefile": ("Makefile", lambda line: f"help:\n\t# {line}\n"),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("secret", SECRETS)
def test_a_leak_is_found_wherever_it_lies(checkout, tmp_path, place, secret):
    name, make = PLACES[place]
    content = make(SECRETS[secret])
    (checkout / name).parent.mkdir(parents=True, exist_ok=True)
    (checkout / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(LeakError, match=re.escape(f"{name}:")) as caught:
        student_edition(tmp_path / "out", checkout)
    assert SECRETS[secret][:20] in str(caught.value)


@pytest.mark.parametrize("marker", ["### BEGIN SOLUTION", "# end hidden tests", "<!-- BEGIN MARK SCHEME -->"])
def test_markers_are_found(checkout, tmp_path, marker):
    (checkout / "lectures/notes.md").write_text(f"one\ntwo\n{marker}\n")
    with pytest.raises(LeakError, match=r"lectures/notes\.md:3: the marker"):
        student_edition(tmp_path / "out", checkout)


def test_graded_cells_with_outputs_are_found(checkout, tmp_path):
    cell = {
        **code("count()", "test", grade=True),
        "outputs": [{"output_type": "stream", "name": "stdout", "text": "42"}],
    }
    (checkout / "assignments/ps/ps.ipynb").write_text(notebook(code("import math"), cell))
    with pytest.raises(LeakError, match="graded cell 'test' has outputs"):
        student_edition(tmp_path / "out", checkout)


def test_the_line_of_a_leak_in_a_notebook_is_told(checkout, tmp_path):
    text = notebook(code("x = 1"), code(f"y = 2\n{SOLUTION}"))
    (checkout / "lectures/02.ipynb").write_text(text)
    number = next(i for i, line in enumerate(text.splitlines(), 1) if SOLUTION in line)
    with pytest.raises(
        LeakError, match=rf"02\.ipynb:{number}: a line of ps\.ipynb:answer: {re.escape(SOLUTION)}"
    ):
        student_edition(tmp_path / "out", checkout)


@pytest.mark.parametrize(
    "line",
    [
        VISIBLE,
        "import math",
        "return result",
        "for i in range(len(values)):",
        "    return x",
        "from math import floor, ceil",
    ],
)
def test_no_false_alarm(checkout, tmp_path, line):
    (checkout / "course/extra.py").write_text(f"{line}\n")
    student_edition(tmp_path / "out", checkout)


def test_a_line_students_get_anyway_is_no_secret_but_only_from_the_source(checkout):
    """What leaked into assignments/ must not excuse itself."""
    (checkout / "assignments/ps/ps.ipynb").write_text(notebook(code(SOLUTION)))
    lines = [secret.line for secret in secrets_of([checkout / "solutions/ps/ps.ipynb"])]
    assert lines == [SOLUTION, HIDDEN, PROSE]


def test_the_rule_for_what_tells_something():
    assert tells_something("    total += weights[j, k] * pixels[j + row, k + column]")
    assert not tells_something("x = total_of_all_values")
    assert not tells_something("### BEGIN SOLUTION of the long and particular kind")


@pytest.mark.parametrize("text", ["", "{", "[]", '{"cells": 3}', "\udcff"])
def test_an_unreadable_notebook_is_named(checkout, tmp_path, text):
    path = checkout / "solutions/ps/ps.ipynb"
    path.write_text(text, errors="surrogateescape")
    with pytest.raises(ReleaseError, match=r"ps\.ipynb is not a notebook") as caught:
        student_edition(tmp_path / "out", checkout)
    assert not isinstance(caught.value, LeakError)


def test_assignments_are_what_nbgrader_makes(checkout, tmp_path, monkeypatch):
    assert generate_assignments(checkout) == ["ps"]
    made = (checkout / "assignments/ps/ps.ipynb").read_text()
    assert VISIBLE in made
    assert SOLUTION not in made
    assert HIDDEN not in made
    assert PROSE not in made
    assert check_assignments(checkout) == ["ps"]

    # nbgrader takes some seconds a time; from here on what it made is kept
    kept = tmp_path / "kept"
    shutil.copytree(checkout / "assignments", kept)
    monkeypatch.setattr(everything, "generate", lambda root, names, work: kept)
    assert check_assignments(checkout) == ["ps"]
    (checkout / "assignments/ps/old.txt").write_text("left over")
    with pytest.raises(ReleaseError, match=r"ps is not what solutions/ps gives \(old\.txt\)"):
        check_assignments(checkout)
    assert generate_assignments(checkout) == ["ps"]
    assert check_assignments(checkout) == ["ps"]
    (checkout / "assignments/ps/ps.ipynb").write_text(made.replace("math", "cmath"))
    with pytest.raises(ReleaseError, match=r"\(ps\.ipynb\)"):
        check_assignments(checkout)
    (kept / "ps/ps.ipynb").write_text(notebook(code(SOLUTION)))
    with pytest.raises(LeakError, match=r"ps/ps\.ipynb"):
        generate_assignments(checkout)
    assert "cmath" in (checkout / "assignments/ps/ps.ipynb").read_text(), "what leaks is not put there"


# The real thing.


@pytest.fixture(scope="module")
def edition(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("edition") / "student"
    student_edition(out, ROOT)
    return out


@given(st.lists(st.text("ab", min_size=1, max_size=9), max_size=8), st.text("ab", max_size=30))
def test_the_quick_search_finds_what_one_search_after_another_finds(lines, text):
    secrets = [Secret(line, str(i)) for i, line in enumerate(lines)]
    assert _Secrets(secrets).within(text) == [secret for secret in secrets if secret.line in text]


def test_the_real_sources_have_secrets_and_the_edition_has_none(edition):
    secrets = secrets_of(sorted((ROOT / "solutions").rglob("*.ipynb")))
    assert len(secrets) > 50
    assert scan(edition, secrets) == []
    assert scan(ROOT / "solutions", secrets), "the same search finds them where they are"
    check_path(ROOT / "assignments", ROOT)


def test_the_edition_holds_what_students_need_and_nothing_else(edition):
    names = everything_in(edition)
    assert {name.split("/")[0] for name in names} == {
        MARKER, "LICENSE", "LICENSE-TEXT", "Makefile", "README.md", "assignments", "binder", "constraints.txt", "course",
        "lectures", "pyproject.toml",
    }  # fmt: skip
    assert "assignments/ps4_counting/ps4_counting.ipynb" in names
    assert "lectures/00_start_here.ipynb" in names
    assert "binder/postBuild" in names
    assert os.access(edition / "binder/postBuild", os.X_OK)
    assert not [
        n
        for n in names
        if re.search(r"solution|hidden(?!_layer)|submission|gradebook|(^|/)tests?(/|_)|\.git/|\.ci", n)
    ]


def run(edition: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONSAFEPATH": "", "PYTHONPATH": str(edition)}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=edition,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_the_edition_works(edition):
    where = run(edition, "-c", "import course; print(course.__file__)")
    assert Path(where.stdout.strip()).is_relative_to(edition), where.stderr
    assert (
        run(
            edition,
            "-c",
            "import course.arithmetic, course.widgets, course.quiz.widget, course.grading.checks",
        ).stderr
        == ""
    )
    quiz = run(edition, "-m", "course", "quiz", "--seed", "3", "--count", "2", "--answers")
    assert (quiz.returncode, "answer:" in quiz.stdout) == (0, True), quiz.stderr
    doctor = run(edition, "-m", "course", "doctor", "--json")
    assert json.loads(doctor.stdout)["ok"], doctor.stdout
    release = run(edition, "-m", "course", "release")
    assert (release.returncode, release.stderr.count("\n")) == (2, 1)
    assert "student edition" in release.stderr


def test_every_module_of_the_edition_imports(edition):
    modules = sorted(
        p.relative_to(edition).with_suffix("").as_posix().replace("/", ".").removesuffix(".__init__")
        for p in (edition / "course").rglob("*.py")
        if p.name != "__main__.py"
    )
    done = run(edition, "-c", f"import importlib\nfor name in {modules}: importlib.import_module(name)")
    assert done.returncode == 0, done.stderr


def test_relative_links_in_the_edition_lead_somewhere(edition):
    checked = 0
    for path in [*edition.glob("*.md"), *edition.rglob("*.ipynb")]:
        if path.suffix == ".md":
            text = path.read_text()
        else:
            cells = json.loads(path.read_text())["cells"]
            text = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
        for link in re.findall(r"\]\(([^)\s]+)\)", text):
            if not re.match(r"(https?:|mailto:|#|attachment:|data:)", link):
                target = urllib.parse.unquote(link.partition("#")[0])
                assert (path.parent / target).exists(), f"{path.relative_to(edition)} links to {link}"
                checked += 1
    assert checked > 3


def test_the_editions_makefile_lists_its_targets(edition):
    listed = subprocess.run(["make"], cwd=edition, capture_output=True, text=True)
    assert listed.returncode == 0, listed.stderr
    for target in ("setup", "lab", "clean"):
        assert f"make {target}" in listed.stdout
    for target in ("test", "lint", "release", "lectures", "bench"):
        assert f"make {target}" not in listed.stdout
    assert "dev" not in (edition / "Makefile").read_text()
