"""Each rule of the notebooks' hygiene is broken once and found; the course's own notebooks break none."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from tests.notebooks import hygiene


def code(source: str, count: int, *outputs: dict[str, Any], name: str = "a") -> dict[str, Any]:
    return {
        "cell_type": "code", "id": name, "metadata": {}, "execution_count": count, "source": source,
        "outputs": list(outputs),
    }  # fmt: skip


def prose(source: str, name: str = "m") -> dict[str, Any]:
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": source}


def stream(text: str, name: str = "stdout") -> dict[str, Any]:
    return {"output_type": "stream", "name": name, "text": text}


def shown(**data: str) -> dict[str, Any]:
    kinds = {"html": "text/html", "png": "image/png", "view": "application/vnd.jupyter.widget-view+json"}
    return {"output_type": "display_data", "metadata": {}, "data": {kinds[k]: v for k, v in data.items()}}


GOOD: dict[str, Any] = {
    "nbformat": 4,
    "nbformat_minor": 5,
    "metadata": {"kernelspec": {"name": "python3"}, "course": {"given": {"1998": "a year"}}},
    "cells": [
        prose(
            "In 1998, $4{,}640$ parameters: see [the other](other.ipynb) or [a page](https://example.org)."
        ),
        code("print(f'{4640:,}')", 1, stream("4,640\n"), shown(html='<img alt="Three bars" src="data:,">')),
    ],
}


def findings(tmp_path: Any, notebook: dict[str, Any], folder: str = "lectures") -> list[str]:
    (tmp_path / folder).mkdir()
    (tmp_path / folder / "other.ipynb").touch()
    path = tmp_path / folder / "01_a.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return hygiene.check(path)


def changed(**edits: Any) -> dict[str, Any]:
    """The good notebook with its code cell, its prose or its metadata changed."""
    notebook = copy.deepcopy(GOOD)
    for key, value in edits.items():
        if key == "metadata":
            notebook["metadata"] |= value
        elif key == "say":
            notebook["cells"][0]["source"] += value
        elif key == "output":
            notebook["cells"][1]["outputs"].append(value)
        elif key == "cells":
            notebook["cells"] += value
        else:
            notebook["cells"][1][key] = value
    return notebook


def test_a_good_lecture_passes(tmp_path: Any) -> None:
    assert findings(tmp_path, GOOD) == []


@pytest.mark.parametrize(
    ("notebook", "message"),
    [
        (changed(metadata={"kernelspec": {"name": "ir"}}), "the kernel is not python3"),
        (changed(metadata={"widgets": {}}), "widget state is stored"),
        (changed(cells=[prose("again")]), "id is missing or used twice"),
        (changed(say=" It lies in /home/ada/course."), "names a folder of one machine"),
        (changed(output=stream("/Users/ada/x.py\n")), "names a folder of one machine"),
        (changed(say=" [gone](nowhere.ipynb)"), "links to 'nowhere.ipynb', which is not there"),
        (changed(say=" ![](https://example.org/a.png)"), "cell 0 shows a picture without alt text"),
        (changed(execution_count=None), "were not all run, once and in order"),
        (changed(execution_count=7), "were not all run, once and in order"),
        (changed(source="\n".join(["x = 1"] * 16), cells=[code("1", 2, name="b"), code("2", 3, name="c")]), "has 16 lines of code, more than 15"),
        (changed(source="\n".join(["x = 1"] * 7)), "median cell has 7 lines of code, more than 6"),
        (changed(source="# NBVAL_IGNORE_OUTPUT\nprint(4640)"), "its author's output is stored"),
        (changed(output={"output_type": "error", "ename": "NameError", "evalue": "", "traceback": []}), "stored with an error, NameError"),
        (changed(output=stream("UserWarning\n", "stderr")), "a warning on stderr"),
        (changed(output=shown(png="aGk=")), "stores a bare image/png"),
        (changed(output=shown(view="{}")), "stores a widget's view"),
        (changed(output=shown(html="<img src='data:,'>")), "cell 1 shows a picture without alt text"),
        (changed(output=shown(html="<img alt=' ' src='data:,'>")), "cell 1 shows a picture without alt text"),
        (changed(output=shown(html="<svg><desc> </desc><g/></svg>")), "cell 1 shows a picture without alt text"),
        (changed(say=" And 4,641 more."), "says 4,641, which no cell prints"),
        (changed(say=" Or 0.125 of it."), "says 0.125, which no cell prints"),
        (changed(metadata={"course": {"given": {"1998": "", "2012": ""}}}), "declares 2012, which the prose does not say"),
        (changed(metadata={"course": {}}), "says 1998, which no cell prints"),
        (changed(say="x" * hygiene.MOST_BYTES), "kB is more than 400"),
        ({"cells": 3}, "is not a notebook that can be read"),
    ],
)  # fmt: skip
def test_each_rule_of_lectures(tmp_path: Any, notebook: dict[str, Any], message: str) -> None:
    found = findings(tmp_path, notebook)
    assert len(found) == 1, found
    assert message in found[0]
    assert found[0].startswith("01_a.ipynb: ")


def test_what_is_no_breach(tmp_path: Any) -> None:
    fine = changed(
        say=" 12 of 99, `4641` in code, [here](https://example.org/4641), and 4,640.",
        output=shown(html="<svg><desc>A line</desc></svg>"),
    )
    assert findings(tmp_path, fine) == []


@pytest.mark.parametrize("folder", ["solutions", "assignments"])
def test_problem_sets_are_stored_without_outputs(tmp_path: Any, folder: str) -> None:
    found = findings(tmp_path, GOOD, folder)
    assert len(found) == 1
    assert "stored with outputs" in found[0]


def test_markers_of_solutions_belong_to_instructors(tmp_path: Any) -> None:
    marked = {"metadata": GOOD["metadata"], "cells": [prose("### BEGIN HIDDEN TESTS")]}
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
    assert findings(tmp_path / "a", marked, "solutions") == []
    found = findings(tmp_path / "b", marked, "assignments")
    assert len(found) == 1
    assert "holds a marker of solutions" in found[0]


@pytest.mark.parametrize("path", hygiene.notebooks(), ids=lambda path: "/".join(path.parts[-2:]))
def test_the_courses_own_notebooks(path: Any) -> None:
    assert hygiene.check(path) == []


def test_there_are_notebooks_to_check() -> None:
    assert {path.parent.parts[-1] for path in hygiene.notebooks()} >= {"lectures", "ps4_counting"}
