"""The table of convolutions again, by the bundled JavaScript, in the browser that shows the explorer."""

from __future__ import annotations

import base64
import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from course.widgets.bundle import bundle

pytestmark = pytest.mark.browser

TESTS = Path(__file__).parents[1] / "widgets"

RUN = """async ([modules, cases]) => {
  const load = (text) => import(`data:text/javascript;base64,${text}`);
  const [{ answer }, ...rest] = await Promise.all(modules.map(load));
  const all = Object.assign({}, ...rest);
  return cases.map((one) => answer(one, all));
}"""


def checks() -> Any:
    spec = importlib.util.spec_from_file_location("convolution_cases", TESTS / "test_convolution_cases.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_chromium_agrees_with_the_table(chromium: Any) -> None:
    shared = checks()
    texts = [(TESTS / "answer.mjs").read_text(), *map(bundle, ("correlate.js", "numbers.js", "torch.js"))]
    modules = [base64.b64encode(text.encode()).decode() for text in texts]
    page = chromium.new_page()
    said = page.evaluate(RUN, [modules, shared.CASES])
    page.close()
    assert len(said) == len(shared.CASES) >= 500
    for case, one in zip(shared.CASES, said, strict=True):
        shared.check(case, json.loads(json.dumps(one)))
