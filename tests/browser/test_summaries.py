"""Each lecture's summary prints on one sheet of paper, in type that can be read, and says its pictures in words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import SHOTS, absent
from tests.browser.explorers import AXE

pytestmark = pytest.mark.browser

PAGES = sorted((Path(__file__).resolve().parents[2] / "lectures" / "summaries").glob("*.html"))
SMALLEST = 7.0  # points
#: What runs out of its column: formulas and printed text that are too wide.
WIDE = """[...document.querySelectorAll("dd, li, pre, figure")]
  .filter((e) => e.scrollWidth > e.clientWidth + 2)
  .map((e) => `${e.tagName} ${e.textContent.slice(0, 80)} ${e.scrollWidth} > ${e.clientWidth}`)"""


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_one_sheet_that_can_be_read(path: Path, chromium: Any, tmp_path: Path) -> None:
    try:
        import pypdfium2
        from axe_playwright_python.base import AXE_SCRIPT
    except ImportError:
        absent("no pypdfium2 or axe-playwright-python on this machine: pip install them")
    context = chromium.new_context(
        viewport={"width": 1000, "height": 1200}, color_scheme="dark", offline=True
    )
    tab = context.new_page()
    tab.goto(path.as_uri())
    type_size = float(tab.evaluate("document.documentElement.style.getPropertyValue('--type')").rstrip("pt"))
    assert type_size >= SMALLEST, f"{type_size:.1f} pt: tag fewer cells with 'summary'"
    assert tab.evaluate(WIDE) == []
    tab.evaluate(AXE_SCRIPT)
    assert tab.evaluate(AXE) == []
    tab.pdf(path=tmp_path / "page.pdf", prefer_css_page_size=True)
    context.close()
    document = pypdfium2.PdfDocument((tmp_path / "page.pdf").read_bytes())
    assert len(document) == 1
    text = " ".join(document[0].get_textpage().get_text_range().split())
    assert "In short" in text
    SHOTS.mkdir(parents=True, exist_ok=True)
    document[0].render(scale=1.6).to_pil().save(SHOTS / f"summary-{path.stem}.png")
