"""The tables that hold the pages' JavaScript to Python: generated here, answered by Node (and by Chromium in tests/browser)."""

from __future__ import annotations

import json
import os
import shutil
import subprocess

import pytest

from course.widgets.bundle import bundle
from tests.widgets.compare import ANSWER, TABLES, difference, module_of, table

LEAST = 3000


@pytest.mark.parametrize("name", TABLES)
def test_node_agrees_with_the_table(name: str) -> None:
    node = shutil.which("node")
    if node is None:
        if os.environ.get("REQUIRE_ALL") == "1":
            pytest.fail("no node on this machine")
        pytest.skip("no node on this machine: Chromium runs the same tables in tests/browser")
    cases = table(name)
    code = f"{bundle(module_of(name))}\n{ANSWER}\n" + (
        "import { readFileSync } from 'node:fs';\n"
        "process.stdout.write(JSON.stringify(await answer(JSON.parse(readFileSync(0, 'utf8')), EXPORTS)));"
    )
    code = code.replace("EXPORTS", exports(code))
    done = subprocess.run(
        [node, "--input-type=module", "-e", code], input=json.dumps(cases), capture_output=True, text=True, check=False
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    assert difference(cases, json.loads(done.stdout)) is None


def exports(code: str) -> str:
    """Return the names that a bundled module exports, as an object's text."""
    line = next(line for line in reversed(code.splitlines()) if line.startswith("export { "))
    return line.removeprefix("export ").removesuffix(";")


def test_there_are_enough_cases() -> None:
    sizes = {name: len(table(name)) for name in TABLES}
    assert sum(sizes.values()) >= LEAST, sizes
    assert all(size >= 100 for size in sizes.values()), sizes


def test_a_wrong_answer_is_found() -> None:
    cases = [{"function": "f", "arguments": [], "result": {"a": [1.0, None, "x"]}}]
    assert difference(cases, [{"result": {"a": [1.0 + 1e-12, None, "x"]}}]) is None
    for wrong in (
        {"a": [1.1, None, "x"]},
        {"a": [1.0, 0, "x"]},
        {"a": [1.0, None]},
        {"b": [1.0, None, "x"]},
        None,
    ):
        assert difference(cases, [{"result": wrong}]) is not None
    assert difference([{"function": "f", "arguments": [], "refused": "no"}], [{"result": 1}]) is not None
    assert difference([{"function": "f", "arguments": [], "refused": "no"}], [{"refused": "yes"}]) is not None
