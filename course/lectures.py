"""Run the lectures and store them with their outputs: ``python -m course.lectures [NOTEBOOK ...]``.

A run that fails, or is interrupted, leaves the old file as it was. What is stored is the same from run to run: no time
stamps, no versions, no widget state. A widget is stored as its still picture, with its text as alt text, because a
widget view without a running kernel shows an error, and an SVG output is not drawn before the reader has run the cell.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import html
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat.reader import NotJSONError

__all__ = ["LectureError", "execute", "main", "store", "tidy", "write"]

ROOT = Path(__file__).resolve().parent.parent
VIEW = "application/vnd.jupyter.widget-view+json"
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LANGUAGE = {"file_extension": ".py", "mimetype": "text/x-python", "name": "python", "version": "3"}
PLAIN = " '!$()*+,-./:;=?@[]_|~"  # what may stand as it is in a data URI between double quotes
READERS_OWN = "# NBVAL_IGNORE_OUTPUT"  # facts of the reader's machine: shown when run, never stored
STILL = "<p><em>A still picture. Run the cell above (Shift+Enter) to get the live explorer.</em></p>"


class LectureError(RuntimeError):
    """A lecture could not be run: the message names the notebook, the cell and what went wrong."""


def execute(path: Path, tell: Callable[[str], None] = lambda line: None, timeout: int = 120) -> Any:
    """Run every cell of the notebook at `path`, in order, in a fresh kernel; return the notebook, tidied.

    tell: is called with a line of progress before each code cell. timeout: seconds one cell may take.

    Raises:
        LectureError: "05_convolution.ipynb, code cell 12 of 60: NameError: ..." when a cell fails, takes too long or
            ends the kernel; when one writes to stderr; when the file is no notebook.
    """
    try:
        notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    except NotJSONError as error:
        raise LectureError(f"{path.name} is not a notebook: {error}") from error
    count = sum(cell.cell_type == "code" for cell in notebook.cells)
    done = 0

    def starting(cell: Any, cell_index: int) -> None:
        nonlocal done
        # nbclient turns Control-C into a dead kernel; Python's own handler ends the run with KeyboardInterrupt.
        with contextlib.suppress(NotImplementedError):  # Windows: nbclient has taken nothing over
            asyncio.get_running_loop().remove_signal_handler(signal.SIGINT)
        if cell.cell_type == "code":
            done += 1
            tell(f"{path.name}: cell {done} of {count}")

    client = NotebookClient(
        notebook, timeout=timeout, kernel_name="python3", resources={"metadata": {"path": str(path.parent)}},
        record_timing=False, store_widget_state=False, coalesce_streams=True, on_cell_start=starting,
    )  # fmt: skip
    try:
        client.execute(
            env={**os.environ, "OMP_NUM_THREADS": "1"}
        )  # the same sums on every machine, however busy
    except CellExecutionError as error:
        raise LectureError(
            f"{path.name}, code cell {done} of {count}: {error.ename}: {error.evalue}"
        ) from error
    except (CellTimeoutError, DeadKernelError) as error:
        said = str(error).partition("\n")[0]
        raise LectureError(f"{path.name}, code cell {done} of {count}: {said}") from error
    return tidy(notebook, path.name)


def tidy(notebook: Any, name: str = "the notebook") -> Any:
    """Keep of an executed notebook only what is the same after every run, and what a reader without a kernel can see.

    Raises:
        LectureError: a cell wrote to stderr (a warning, say), which a reader should never meet.
    """
    notebook.metadata["kernelspec"] = KERNEL
    notebook.metadata["language_info"] = LANGUAGE
    notebook.metadata.pop("widgets", None)
    for index, cell in enumerate(notebook.cells):
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code" and READERS_OWN in cell.source:
            cell.outputs = []
        if "outputs" in cell:
            cell.outputs = [output for output in cell.outputs if not _wiped(output)]
        for output in cell.get("outputs", []):
            if output.output_type == "stream" and output.name == "stderr":
                raise LectureError(
                    f"{name}, cell {index} ({cell.id}) writes to stderr: {output.text.strip()}"
                )
            if "data" in output:
                output.data = _still(output.data)
    return notebook


def _wiped(output: Any) -> bool:
    """Tell whether an output is a progress bar that has wiped itself: nothing of it is left to see."""
    if output.output_type != "stream" or output.name != "stderr":
        return False
    return not any(line.rstrip("\r").rpartition("\r")[2].strip() for line in output.text.split("\n"))


def _still(data: dict[str, Any]) -> dict[str, Any]:
    """Replace a widget's view and its SVG by an `<img>` that every notebook viewer draws, alt text included."""
    text = data.get("text/plain", "")
    if VIEW not in data and "image/svg+xml" not in data:
        return data
    kept = {"text/plain": text}
    if "image/svg+xml" in data:
        svg = data["image/svg+xml"].replace('"', "'")
        source = quote(re.sub(r"<desc.*?</desc>|>\s+(?=<)", _shorter, svg, flags=re.DOTALL), safe=PLAIN)
        alt = html.escape(" ".join(text.split()))
        size = re.search(r"<svg[^>]*?\swidth='(\d+)", svg)
        width = f' width="{size[1]}"' if size else ""
        kept["text/html"] = f'<img alt="{alt}"{width} src="data:image/svg+xml;charset=utf-8,{source}">{STILL}'
    elif "text/html" in data:
        kept["text/html"] = data["text/html"]
    return kept


def _shorter(match: re.Match[str]) -> str:
    """Leave out the SVG's description, which the alt text repeats, and the space between its elements."""
    return ">" if match[0].startswith(">") else ""


def store(notebook: Any, path: Path) -> bool:
    """Write `notebook` to `path` in one step; say whether the file changed."""
    text = _text(notebook)
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    write(path, text)
    return True


def write(path: Path, text: str) -> None:
    """Write a text file in one step: an interruption leaves the old one."""
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the lectures named, or all of them; return 0, 1 when one failed, 2 when one is missing."""
    parser = argparse.ArgumentParser(
        prog="python -m course.lectures", description="run and store the lectures"
    )
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: every notebook in lectures/")
    parser.add_argument("--check", action="store_true", help="store nothing; fail where a file would change")
    options = parser.parse_args(arguments)
    paths = options.notebooks or sorted((ROOT / "lectures").glob("*.ipynb"))
    if missing := [str(path) for path in paths if not path.is_file()]:
        print(
            f"no such notebook: {', '.join(missing)}: name files, or none for all lectures", file=sys.stderr
        )
        return 2
    failed, live = 0, sys.stderr.isatty()
    for path in paths:
        begun = time.perf_counter()
        try:
            notebook = execute(path, _progress if live else lambda line: None)
            changed = _differs(notebook, path) if options.check else store(notebook, path)
        except LectureError as error:
            print(f"\n{error}" if live else error, file=sys.stderr)
            failed = 1
            continue
        except KeyboardInterrupt:
            print("\ninterrupted: the file is as it was", file=sys.stderr)
            return 130
        failed |= options.check and changed
        state = ("would change" if options.check else "stored") if changed else "unchanged"
        print(
            f"{path.name}: {state}, {time.perf_counter() - begun:.0f} s, {len(_text(notebook).encode()) // 1000} kB"
        )
    return int(failed)


def _text(notebook: Any) -> str:
    return str(nbformat.writes(notebook)) + "\n"  # type: ignore[no-untyped-call]


def _differs(notebook: Any, path: Path) -> bool:
    return _text(notebook) != path.read_text(encoding="utf-8")


def _progress(line: str) -> None:
    print(f"\r\x1b[K{line}", end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
