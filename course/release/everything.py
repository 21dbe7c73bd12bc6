"""All of a release: assignments from solutions, the search for leaks, the student edition, the nbgrader loop."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from course.release.edition import instructors_notebooks, is_leftover, student_edition
from course.release.leaks import LeakError, ReleaseError, read_notebook, scan, scan_file, secrets_of

__all__ = ["check_assignments", "check_path", "generate_assignments", "names_of", "release_everything"]


def names_of(root: Path) -> list[str]:
    """Return the names of the problem sets in solutions/."""
    return sorted({path.parent.name for path in instructors_notebooks(root)})


def generate(root: Path, names: list[str], work: Path) -> Path:
    """Let nbgrader make the students' version of each problem set in a folder; return where they lie.

    Raises:
        ReleaseError: nbgrader refuses a notebook, or one cannot be read.
    """
    from nbgrader.apps import NbGraderAPI

    from course.grading.loop import settings

    # nbgrader runs `alembic`, which stands beside this Python but need not be on the PATH.
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    for path in instructors_notebooks(root):
        read_notebook(path)
    for name in names:
        shutil.copytree(
            root / "solutions" / name, work / "source" / name, ignore=shutil.ignore_patterns(".*")
        )
    api = NbGraderAPI(config=settings(work))
    for name in names:
        made = api.generate_assignment(name)
        if not made["success"]:
            lines = (made.get("error") or made.get("log") or "no reason given").strip().splitlines()
            raise ReleaseError(f"nbgrader cannot make {name} for students: {lines[-1].strip()}")
    return work / "release"


def tree(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder by their path in it."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {
        name: path.read_bytes()
        for path in files
        if not is_leftover(name := path.relative_to(folder).as_posix())
    }


def generate_assignments(root: Path) -> list[str]:
    """Make assignments/ anew from solutions/ and return the names; a problem set that leaks is not replaced.

    Raises:
        ReleaseError, LeakError: see :func:`generate` and :func:`check_path`.
    """
    names = names_of(root)
    with tempfile.TemporaryDirectory() as folder:
        made = generate(root, names, Path(folder))
        if leaks := scan(made, secrets_of(instructors_notebooks(root))):
            raise LeakError(leaks)
        for name in names:
            target = root / "assignments" / name
            if not target.exists() or tree(target) != tree(made / name):
                shutil.rmtree(target, ignore_errors=True)
                shutil.copytree(made / name, target)
    return names


def check_assignments(root: Path) -> list[str]:
    """Check that assignments/ is what nbgrader makes of solutions/, and gives nothing away; return the names.

    Raises:
        ReleaseError: a file differs, is missing or is too many.
        LeakError: assignments/ gives something away.
    """
    names = names_of(root)
    with tempfile.TemporaryDirectory() as folder:
        made = generate(root, names, Path(folder))
        for name in names:
            there, wanted = tree(root / "assignments" / name), tree(made / name)
            differing = sorted(n for n in there.keys() | wanted.keys() if there.get(n) != wanted.get(n))
            if differing:
                raise ReleaseError(
                    f"assignments/{name} is not what solutions/{name} gives ({', '.join(differing[:3])}): "
                    "never edit it; run 'course release' to make it anew"
                )
    check_path(root / "assignments", root)
    return names


def check_path(path: Path, root: Path) -> None:
    """Search a file or a folder for instructors' lines.

    Raises:
        ReleaseError: there is nothing at the path, or a notebook cannot be read.
        LeakError: something is given away.
    """
    if not path.exists():
        raise ReleaseError(f"there is nothing at {path}: name a notebook or a folder")
    secrets = secrets_of(instructors_notebooks(root))
    if leaks := scan_file(path, secrets) if path.is_file() else scan(path, secrets):
        raise LeakError(leaks)


def release_everything(root: Path, say: Callable[[str], None] = print) -> None:
    """Make assignments/, check it, write the student edition to build/student, and try the nbgrader loop.

    The loop grades the trial submissions of each problem set that has some, in build/loop/.

    Raises:
        ReleaseError: a step failed; the message says which.
        LeakError: something would be given away.
    """
    root = root.resolve()
    say(f"assignments: {', '.join(generate_assignments(root))} made from solutions/, no leak found")
    target = root / "build" / "student"
    say(f"student edition: {len(student_edition(target, root))} files in build/student, no leak found")
    for name in names_of(root):
        trials = root / "tests" / "submissions" / name
        if not trials.is_dir():
            say(f"{name}: no trial submissions in tests/submissions/{name}, so the loop is not tried")
            continue
        command = [sys.executable, "-m", "course.grading.loop", name, "--course", str(root)]
        command += ["--trials", str(trials), "--out", str(root / "build" / "loop" / name)]
        if subprocess.run(command, cwd=root).returncode:
            raise ReleaseError(f"the nbgrader loop of {name} failed: what it printed says where")
