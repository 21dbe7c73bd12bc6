"""A quiz or an exam on a page of its own, offline and without a kernel, for tests/browser/test_quiz*.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from course.quiz.page import practice_page
from tests.browser.conftest import SHOTS
from tests.browser.explorers import Explored
from tests.quiz.quizzes import every_form, question

NUMBER, SINGLE, MULTIPLE, TEXT, ORDER, MATCH = range(6)
NO_STORE = "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('denied', 'SecurityError'); } })"


class Page(Explored):
    """A quiz in a browser's tab."""

    def press(self, *keys: str) -> None:
        for key in keys:
            self.tab.keyboard.press(key)

    def type(self, text: str) -> None:
        self.tab.keyboard.type(text)

    def focused(self) -> str:
        """The text or the label of what has the focus."""
        found: str = self.tab.evaluate(
            "document.activeElement.textContent || document.activeElement.labels?.[0]?.textContent || ''"
        )
        return found

    def result(self) -> str:
        found: str = self.tab.locator(".qz-result").inner_text()
        return found

    def title(self) -> str:
        found: str = self.tab.locator(".qz-title").first.inner_text()
        return found

    def to(self, button: str) -> None:
        """Press Tab until a button has the focus, and press it."""
        for _ in range(60):
            if self.focused() == button:
                self.press("Enter")
                return
            self.press("Tab")
        raise AssertionError(f"no Tab reaches {button}")


@pytest.fixture
def shown(chromium: Any, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Open a page's text as a file, offline; whatever goes wrong in it fails the test."""
    contexts, opened = [], []

    def show(
        text: str,
        *,
        width: int = 800,
        dark: bool = False,
        calm: bool = False,
        zoom: int = 1,
        before: str = "",
    ) -> Page:
        path = tmp_path / f"page{len(opened)}.html"
        path.write_text(text, encoding="utf-8")
        context = chromium.new_context(
            viewport={"width": width // zoom, "height": 900 // zoom}, device_scale_factor=zoom, offline=True, accept_downloads=True,
            color_scheme="dark" if dark else "light", reduced_motion="reduce" if calm else "no-preference",
        )  # fmt: skip
        contexts.append(context)
        if before:
            context.add_init_script(before)
        tab = context.new_page()
        tab.set_default_timeout(15_000)
        one = Page(None, tab, SHOTS)  # type: ignore[arg-type]
        tab.on("pageerror", lambda error: one.errors.append(str(error)))
        tab.on("console", lambda said: one.errors.append(said.text) if said.type == "error" else None)
        tab.goto(path.as_uri())
        tab.wait_for_selector(".cx")
        opened.append(one)
        return one

    yield show
    for one in opened:
        assert one.errors == []
    for context in contexts:
        context.close()


def practice(shown: Callable[..., Page], *numbers: int, **options: Any) -> Page:
    asked = [question(n) for n in numbers] if numbers else every_form()
    return shown(practice_page(asked, "Practice"), **options)
