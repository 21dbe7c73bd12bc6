"""Write the student edition: what instructors publish and Binder serves."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from course import __version__
from course.release.leaks import LeakError, ReleaseError, scan, secrets_of

__all__ = [
    "MARKER",
    "NOT_FOR_STUDENTS",
    "ONLY",
    "PARTS",
    "instructors_notebooks",
    "is_leftover",
    "student_edition",
]

#: The file that says: this folder was written by us, and with what in it.
MARKER = ".course-edition.json"

#: What the edition is made of. Nothing else is ever copied.
PARTS = (
    "lectures", "assignments", "course", "binder",
    "pyproject.toml", "constraints.txt", "Makefile", "LICENSE", "LICENSE-TEXT",
)  # fmt: skip
MUST_EXIST = ("lectures", "course", "pyproject.toml", "constraints.txt", "LICENSE")

#: Parts of those parts that only instructors use.
NOT_FOR_STUDENTS = (
    "course/release", "course/lectures.py",
    "course/summaries.py", "course/summaries.css", "course/summaries.js",
)  # fmt: skip

#: Folders of which students get the named files only: here, what the assignments' own cells import.
ONLY = {"course/grading": ("__init__.py", "checks.py", "refusal.py")}

#: Left behind wherever they lie: caches, and what was made by working in the folder.
LEFTOVERS = re.compile(
    r"(^|/)(\..*|__pycache__|.*\.(pyc|egg-info|db|log|orig|rej|bak)|.*~|build|dist|submitted|autograded|feedback)(/|$)"
)
#: What a student may make in the edition without its being a loss when a new edition replaces it.
MAKE_TARGETS = ("help", "setup", "lab", "clean")

TEMPLATE = Path(__file__).with_name("README.student.md")


def student_edition(target: Path, root: Path) -> list[str]:
    """Write the student edition into a folder and return the paths written.

    Everything is written beside the target first and searched for leaks there; only then does it take the target's
    place. So a failed run leaves what there was.

    Args:
        target: a new or an empty folder, or one that this function wrote and nobody has changed since.
        root: the instructors' checkout.

    Raises:
        ReleaseError: the target may not be written to, or a part is missing.
        LeakError: the edition would give something away.
    """
    target, root = target.expanduser().resolve(), root.resolve()
    check_target(target, root)
    files = dict(collect(root))
    target.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        for name, source in files.items():
            (new / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, new / name)
        (new / "Makefile").write_text(student_makefile(root / "Makefile"), encoding="utf-8")
        (new / "README.md").write_text(student_readme(root), encoding="utf-8")
        written = sorted({*files, "README.md", "Makefile"})
        check_leaks(new, root)
        hashes = {name: digest(new / name) for name in written}
        record = {"edition": "student", "version": __version__, "files": hashes}
        (new / MARKER).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
        new.chmod(0o755)
        take_place(new, target)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return [*written, MARKER]


def check_target(target: Path, root: Path) -> None:
    """Raise unless writing to the target loses nothing."""
    build = root / "build"
    if target == root or target in root.parents:
        raise ReleaseError(f"{target} holds the course itself: name a folder beside it, or one in build/")
    if target.is_relative_to(root) and (not target.is_relative_to(build) or target == build):
        raise ReleaseError(
            f"{target} lies in the course's own tree: name a folder outside it, or one in build/"
        )
    if target.exists() and not target.is_dir():
        raise ReleaseError(f"{target} is a file: name a folder")
    if not target.exists() or not any(target.iterdir()):
        return
    if not (target / MARKER).is_file():
        raise ReleaseError(
            f"{target} is not empty and was not written by this command: name a new folder, or empty it"
        )
    if touched := changed_since(target):
        more = f" and {len(touched) - 3} more" if len(touched) > 3 else ""
        raise ReleaseError(
            f"{target} was changed since it was written ({', '.join(touched[:3])}{more}) and nothing is overwritten: "
            "move the changes away, or name a new folder"
        )


def changed_since(target: Path) -> list[str]:
    """Return the files of an earlier edition that were changed or added by hand."""
    try:
        hashes = json.loads((target / MARKER).read_text(encoding="utf-8"))["files"]
    except (OSError, ValueError, KeyError, TypeError):
        return [MARKER]
    found = []
    for path in sorted(target.rglob("*")):
        name = path.relative_to(target).as_posix()
        if path.is_dir() or name == MARKER or name.split("/")[0] == ".git":
            continue
        if name in hashes:
            if hashes[name] != digest(path):
                found.append(name)
        elif not is_leftover(name):
            found.append(name)
    return found


def is_leftover(name: str) -> bool:
    """Return True for caches and the like, which are neither published nor missed.

    >>> [is_leftover(n) for n in ("lectures/.ipynb_checkpoints/a.ipynb", "course/__pycache__/a.pyc", "lectures/a.ipynb")]
    [True, True, False]
    """
    return LEFTOVERS.search(name) is not None


def collect(root: Path) -> Iterator[tuple[str, Path]]:
    """Yield (path in the edition, source) of every file to be copied."""
    for part in PARTS:
        source = root / part
        if not source.exists():
            if part in MUST_EXIST:
                raise ReleaseError(
                    f"{root} has no {part}: run this in the course's checkout, or name it with --root"
                )
            continue
        for path in sorted(source.rglob("*")) if source.is_dir() else [source]:
            name = path.relative_to(root).as_posix()
            if is_leftover(name) or is_for_instructors(name):
                continue
            if path.is_symlink():
                raise ReleaseError(
                    f"{name} is a link, and a link may lead to what is not published: copy the file instead"
                )
            if path.is_file():
                yield name, path


def is_for_instructors(name: str) -> bool:
    """Return True for the parts of the library that only instructors use."""
    path = PurePosixPath(name)
    folder = path.parent.as_posix()
    if any(path == PurePosixPath(part) or PurePosixPath(part) in path.parents for part in NOT_FOR_STUDENTS):
        return True
    return folder in ONLY and path.name not in ONLY[folder]


def check_leaks(folder: Path, root: Path) -> None:
    """Raise :class:`LeakError` where a folder gives something away."""
    leaks = scan(folder, secrets_of(instructors_notebooks(root)))
    if leaks:
        raise LeakError(leaks)


def instructors_notebooks(root: Path) -> list[Path]:
    """Return the notebooks below solutions/, in order.

    Raises:
        ReleaseError: there are none, so that no release could be checked.
    """
    found = sorted(p for p in (root / "solutions").rglob("*.ipynb") if ".ipynb_checkpoints" not in p.parts)
    if not found:
        raise ReleaseError(
            f"{root} has no notebook in solutions/, so nothing could be checked: "
            "run this in the instructors' checkout, or name it with --root"
        )
    return found


def student_makefile(path: Path) -> str:
    """Return the Makefile without the targets that need tests or solutions.

    A target's paragraph starts with its ``.PHONY`` line.
    """
    if not path.is_file():
        return "# This edition is worked in without make: see README.md.\n"
    paragraphs = re.split(r"\n{2,}", path.read_text(encoding="utf-8").strip("\n"))

    def is_kept(paragraph: str) -> bool:
        target = re.search(r"^\.PHONY: *([\w-]+)", paragraph, re.MULTILINE)
        return target is None or target[1] in MAKE_TARGETS

    return "\n\n".join(filter(is_kept, paragraphs)).replace("'.[dev]'", ".") + "\n"


def student_readme(root: Path) -> str:
    """Return the README of the edition, with the problem sets and lectures that there are."""
    lectures = sorted(p.name for p in (root / "lectures").glob("*.ipynb"))
    assignments = sorted(
        p.name for p in (root / "assignments").glob("*") if p.is_dir() and any(p.glob("*.ipynb"))
    )
    text = TEMPLATE.read_text(encoding="utf-8")
    listed = "\n".join(f"- [{name.removesuffix('.ipynb')}](lectures/{name})" for name in lectures)
    sets = "\n".join(f"- [{name}](assignments/{name}/)" for name in assignments)
    return (
        text.replace("{lectures}", listed)
        .replace("{assignments}", sets or "None is out yet.")
        .replace("{version}", __version__)
    )


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def take_place(new: Path, target: Path) -> None:
    """Put a new edition where an old one (with its git history, if it has one) or nothing is."""
    if not target.exists():
        new.rename(target)
        return
    old = new.with_name(new.name + "-old")
    target.rename(old)
    try:
        if (old / ".git").exists():
            (old / ".git").rename(new / ".git")
        new.rename(target)
    except BaseException:
        if (new / ".git").exists():
            (new / ".git").rename(old / ".git")
        old.rename(target)
        raise
    shutil.rmtree(old)
