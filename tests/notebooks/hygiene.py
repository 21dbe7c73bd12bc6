"""What every notebook of the course must keep to; ``python tests/notebooks/hygiene.py`` prints what does not.

Lectures are stored executed, in order, without errors or warnings, small, with short cells, with alt text on every
picture and with every larger number of the prose either computed by a cell or declared as given. Problem sets are
stored without outputs, and what students get holds no marker of a solution. No notebook names a folder of its author.
"""

from __future__ import annotations

import json
import re
import statistics
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
MOST_BYTES, MOST_LINES, MEDIAN_LINES = 400_000, 15, 6
READERS_OWN = "# NBVAL_IGNORE_OUTPUT"

IMAGE = re.compile(r"<img\b[^>]*>|<svg\b.*?</svg>", re.IGNORECASE | re.DOTALL)
SAID = re.compile(r"""\balt=(["'])\s*(?!\1)\S|<desc\b[^>]*>\s*[^\s<]""")
MARKDOWN_IMAGE = re.compile(r"!\[(?P<alt>[^\]]*)\]\([^)]*\)")
LINK = re.compile(r"(?<!!)\[[^\]]*\]\((?P<target>[^)\s]+)\)")
HOME = re.compile(r"(?<![\w.:/])/(?:home|root|Users|tmp|work|mnt|media)/\w|[A-Z]:\\\\?Users\\")
MARKERS = ("BEGIN SOLUTION", "END SOLUTION", "BEGIN HIDDEN TESTS", "END HIDDEN TESTS")
NUMBER = re.compile(r"(?<![\w.,])(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?!\w)")


def text_of(value: Any) -> str:
    """Return a notebook's text, which may be stored as a list of lines."""
    return "".join(value) if isinstance(value, list) else str(value)


def code_of(notebook: dict[str, Any]) -> list[tuple[int, dict[str, Any]]]:
    """Return the code cells that are not empty, with their index."""
    cells = enumerate(notebook["cells"])
    return [(i, c) for i, c in cells if c["cell_type"] == "code" and text_of(c["source"]).strip()]


def prose_of(cell: dict[str, Any]) -> str:
    """Return a Markdown cell without code spans, link targets and LaTeX's thousands separators."""
    text = text_of(cell["source"]).replace("{,}", ",")
    return re.sub(r"`[^`]*`|\]\([^)]*\)|<[^>]+>", " ", text)


def check_any(path: Path, notebook: dict[str, Any]) -> Iterator[str]:
    """What holds for every notebook."""
    if notebook.get("metadata", {}).get("kernelspec", {}).get("name") != "python3":
        yield "the kernel is not python3: choose 'Python 3 (ipykernel)' and save"
    if "widgets" in notebook.get("metadata", {}):
        yield "widget state is stored: clear it; the still picture is what a page without a kernel shows"
    ids = [cell.get("id") for cell in notebook["cells"]]
    if None in ids or len(set(ids)) != len(ids):
        yield "a cell id is missing or used twice: give each cell one of its own, and keep it"
    for i, cell in enumerate(notebook["cells"]):
        if found := HOME.search(json.dumps(cell, ensure_ascii=False)):
            yield f"cell {i} names a folder of one machine ({found[0]!r}): use a relative path"
        if cell["cell_type"] == "markdown":
            source = text_of(cell["source"])
            for match in LINK.finditer(source):
                target = match["target"].partition("#")[0]
                local = target and not re.match(r"[a-z]+:", target)
                if local and not (path.parent / target).exists():
                    yield f"cell {i} links to {target!r}, which is not there: link to what exists"
            for match in MARKDOWN_IMAGE.finditer(source):
                if not match["alt"].strip():
                    yield f"cell {i} shows a picture without alt text: say in words what it shows"


def check_outputs(i: int, cell: dict[str, Any]) -> Iterator[str]:
    """What the outputs of one executed cell must keep to."""
    for output in cell.get("outputs", []):
        kind = output["output_type"]
        if kind == "error":
            yield f"cell {i} is stored with an error, {output.get('ename')}: mend the cell and run it again"
        if kind == "stream" and output.get("name") == "stderr":
            yield f"cell {i} is stored with a warning on stderr: mend its cause"
        data = output.get("data", {})
        for mime in data:
            if mime.startswith("image/"):
                yield f"cell {i} stores a bare {mime}, which has no alt text: show a Picture of course.figures"
            if mime.endswith("widget-view+json"):
                yield f"cell {i} stores a widget's view, which needs a kernel: run 'make lectures'"
        for tag in IMAGE.findall(text_of(data.get("text/html", ""))):
            if not SAID.search(tag):
                yield f"cell {i} shows a picture without alt text: say in words and numbers what it shows"


def check_numbers(notebook: dict[str, Any]) -> Iterator[str]:
    """Every number of three digits or more in the prose is printed by a cell, written in one, or declared as given.

    ``metadata.course.given`` of the notebook maps a number to where it comes from: a year, a setting, a quotation.
    """
    given = notebook.get("metadata", {}).get("course", {}).get("given", {})
    computed = set(given)
    for _, cell in code_of(notebook):
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            for text in (output.get("text", ""), data.get("text/plain", ""), data.get("text/markdown", "")):
                computed |= {n.replace(",", "") for n in NUMBER.findall(text_of(text))}
    used: set[str] = set()
    for i, cell in enumerate(notebook["cells"]):
        if cell["cell_type"] != "markdown":
            continue
        for number in NUMBER.findall(prose_of(cell)):
            plain = number.rstrip(",").replace(",", "")
            used.add(plain)
            if len(plain.replace(".", "")) >= 3 and plain not in computed:
                yield f"cell {i} says {number}, which no cell prints: compute it, or declare it in metadata.course.given"
    for number in given:
        if number not in used:
            yield f"metadata.course.given declares {number}, which the prose does not say: leave it out"


def check_lecture(path: Path, notebook: dict[str, Any]) -> Iterator[str]:
    """What holds for a lecture."""
    if path.stat().st_size > MOST_BYTES:
        yield f"{path.stat().st_size // 1000} kB is more than {MOST_BYTES // 1000}: make its pictures smaller"
    code = code_of(notebook)
    counts = [cell.get("execution_count") for _, cell in code]
    if counts != list(range(1, len(code) + 1)):
        yield "its cells were not all run, once and in order: run 'make lectures'"
    lengths = [len(text_of(cell["source"]).strip().split("\n")) for _, cell in code]
    for (i, _), length in zip(code, lengths, strict=True):
        if length > MOST_LINES:
            yield f"cell {i} has {length} lines of code, more than {MOST_LINES}: cut it, or move it into the library"
    if lengths and statistics.median(lengths) > MEDIAN_LINES:
        yield f"its median cell has {statistics.median(lengths):g} lines of code, more than {MEDIAN_LINES}: cut cells"
    for i, cell in code:
        if READERS_OWN in text_of(cell["source"]) and cell.get("outputs"):
            yield f"cell {i} speaks of the reader's machine, but its author's output is stored: clear it"
        yield from check_outputs(i, cell)
    yield from check_numbers(notebook)


def check_problem_set(path: Path, notebook: dict[str, Any]) -> Iterator[str]:
    """What holds for a problem set, the instructors' and the students'."""
    released = "assignments" in path.parts
    for i, cell in enumerate(notebook["cells"]):
        if cell.get("outputs") or cell.get("execution_count"):
            yield f"cell {i} is stored with outputs: clear them"
        if released and any(marker in text_of(cell["source"]) for marker in MARKERS):
            yield f"cell {i} holds a marker of solutions: run 'course release'"


def check(path: Path) -> list[str]:
    """Return what is wrong with a notebook, a line each."""
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        found = list(check_any(path, notebook))
        rules = check_lecture if "lectures" in path.parts else check_problem_set
        return [f"{path.name}: {line}" for line in (*found, *rules(path, notebook))]
    except (ValueError, KeyError, TypeError, UnicodeError) as error:
        return [f"{path.name}: is not a notebook that can be read ({error}): save it again from JupyterLab"]


def notebooks(root: Path = ROOT) -> list[Path]:
    """Return every notebook of the course."""
    folders = ("lectures", "solutions", "assignments")
    paths = (path for folder in folders for path in sorted((root / folder).rglob("*.ipynb")))
    return [path for path in paths if ".ipynb_checkpoints" not in path.parts]


def main() -> int:
    """Check every notebook; return 1 where something is wrong."""
    lines = [line for path in notebooks() for line in check(path)]
    print("\n".join(lines) if lines else f"{len(notebooks())} notebooks are in order")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
