"""One table of convolutions, reproduced by Python, by torch, and by the explorers' JavaScript in Node.

tests/browser/test_convolution_arithmetic.py gives the same table to the same JavaScript in Chromium.
"""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from course.arithmetic.conv import Conv
from course.arithmetic.correlate import Sliding
from course.widgets.numbers import decimal, fraction

HERE = Path(__file__).parent
CASES: list[dict[str, Any]] = json.loads((HERE / "convolution_cases.json").read_text(encoding="utf-8"))


def maker() -> Any:
    spec = importlib.util.spec_from_file_location(
        "make_convolution_cases", HERE / "make_convolution_cases.py"
    )
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def check(case: dict[str, Any], said: dict[str, Any]) -> None:
    """Assert that JavaScript says about a case what Python does, and that its mend makes a refused case legal."""
    shapes = tuple(case["input_shape"]), tuple(case["kernel_shape"])
    options = {name: case[name] for name in ("stride", "padding", "dilation", "padding_mode")}
    assert said.get("refused") == case.get("refused"), case
    if "refused" in case:
        mended = said["mended"]
        Sliding(
            tuple(mended["input_shape"]),
            tuple(mended["kernel_shape"]),
            **{name: mended[name] for name in options},
        )
        assert mended["input_shape"] == case["input_shape"]
        if "spans" in case["refused"] and case["padding_mode"] in ("zeros", "replicate"):
            kept = {
                **mended,
                "padding": case["padding"],
            }  # padding can always make room: nothing else is touched
            assert kept == {name: case[name] for name in kept}
        return
    for name in ("output", "taps", "unread"):
        assert said[name] == case[name], (name, case)
    assert said["mend"] is None
    if case["padding_mode"] != "symmetric":
        options = {name: tuple(v) if isinstance(v, list) else v for name, v in options.items()}
        assert said["line"] == Conv(1, 1, shapes[1], bias=False, **options).torch_line()
    values = [v for row in case["image"] for v in row]
    assert said["words"] == [
        [decimal(v / 7), fraction(v / 7), decimal(v / 64), fraction(v / 16)] for v in values
    ]


def test_the_table_is_what_its_maker_makes() -> None:
    assert maker().table() == (HERE / "convolution_cases.json").read_text(encoding="utf-8")


def test_the_table_covers_what_it_should() -> None:
    legal = [case for case in CASES if "refused" not in case]
    assert len(CASES) >= 500
    assert {case["padding_mode"] for case in legal} == {
        "zeros",
        "reflect",
        "replicate",
        "circular",
        "symmetric",
    }
    assert sum(case["stride"][0] != case["stride"][1] for case in legal) > 80
    assert sum(case["dilation"][0] != case["dilation"][1] for case in legal) > 30
    assert sum(bool(case["unread"][0][0]) for case in legal) > 40  # the floor leaves a row
    assert sum(bool(case["unread"][0][1]) for case in legal) > 10  # stride or dilation steps over one
    for part in ("spans", "padding", "at least 1, got", "whole number", "is not known"):
        assert any(part in case.get("refused", "") for case in CASES), part


def test_torch_agrees_with_the_table() -> None:
    torch = pytest.importorskip("torch")
    for case in CASES:
        if "refused" in case or case["padding_mode"] == "symmetric":
            continue
        x = torch.tensor(case["image"], dtype=torch.float64)[None, None]
        w = torch.tensor(case["kernel"], dtype=torch.float64)[None, None]
        ph, pw = case["padding"]
        mode = "constant" if case["padding_mode"] == "zeros" else case["padding_mode"]
        padded = torch.nn.functional.pad(x, (pw, pw, ph, ph), mode=mode) if ph or pw else x
        y = torch.nn.functional.conv2d(padded, w, stride=case["stride"], dilation=case["dilation"])[0, 0]
        assert y.tolist() == case["output"], case


def test_node_agrees_with_the_table() -> None:
    node = shutil.which("node")
    if node is None:
        if os.environ.get("REQUIRE_ALL") == "1":
            pytest.fail("no node on this machine")
        pytest.skip("no node on this machine: Chromium runs the same table in tests/browser")
    done = subprocess.run(
        [node, str(HERE / "run_cases.mjs")],
        input=json.dumps(CASES),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert len(said) == len(CASES)
    for case, one in zip(CASES, said, strict=True):
        check(case, one)
