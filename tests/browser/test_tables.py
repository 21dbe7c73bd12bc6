"""The tables of tests/widgets again, answered by the browser that shows the explorers."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from course.widgets.bundle import bundle
from tests.widgets.compare import ANSWER, TABLES, difference, module_of, table

pytestmark = pytest.mark.browser

RUN = """async ([module, answer, cases]) => {
  const load = (text) => import(`data:text/javascript;base64,${text}`);
  const [all, asked] = await Promise.all([load(module), load(answer)]);
  return JSON.stringify(await asked.answer(JSON.parse(cases), all));
}"""


@pytest.fixture(scope="module")
def blank(chromium: Any) -> Any:
    page = chromium.new_page()
    yield page
    page.close()


@pytest.mark.parametrize("name", TABLES)
def test_chromium_agrees_with_the_table(blank: Any, name: str) -> None:
    cases = table(name)
    texts = [
        base64.b64encode(text.encode()).decode() for text in (bundle(module_of(name)), f"export {ANSWER}")
    ]
    assert difference(cases, json.loads(blank.evaluate(RUN, [*texts, json.dumps(cases)]))) is None
