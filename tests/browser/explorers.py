"""An explorer on a page of its own, without a kernel: open it, read it, and hold it to what all explorers promise."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from course.widgets.explorer import Explorer

CONTRASTS = """(root) => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const colour = rgba(getComputedStyle(e).backgroundColor);
      if (colour[3] === 255) return colour.slice(0, 3);
    }
    return [255, 255, 255];
  };
  const worst = [];
  for (const element of root.querySelectorAll("*")) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || !element.checkVisibility() || element.closest(".cx-live, button:disabled")) continue;
    const style = getComputedStyle(element);
    const ink = element.namespaceURI.endsWith("svg") ? style.fill : style.color;
    const pair = [light(rgba(ink).slice(0, 3)), light(behind(element))].sort((a, b) => b - a);
    worst.push([(pair[0] + 0.05) / (pair[1] + 0.05), (element.className.baseVal ?? element.className) + " " + element.textContent.slice(0, 20)]);
  }
  return worst.sort((a, b) => a[0] - b[0])[0];
}"""

AXE = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations.map(({ id, impact, help, nodes }) => ({ id, impact, help, where: nodes.slice(0, 3).map((n) => n.html.slice(0, 160)) }));
}"""

OVERFLOW = """(root) => {
  const page = document.documentElement;
  const edge = root.getBoundingClientRect().right + 1;
  const scrolled = ".cx-live, .cx-scroll, .cx-tablebox, .cx-scrollx";
  const out = [...root.querySelectorAll("*")]
    .filter((e) => e.checkVisibility() && !e.closest(scrolled) && e.getBoundingClientRect().right > edge);
  return {
    page: page.scrollWidth - page.clientWidth, root: root.scrollWidth - root.clientWidth,
    out: out.slice(0, 3).map((e) => e.outerHTML.slice(0, 120)),
  };
}"""


@dataclass
class Explored:
    """An explorer in a browser's tab."""

    explorer: Explorer
    tab: Any
    shots: Path
    errors: list[str] = field(default_factory=list)

    def state(self) -> dict[str, Any]:
        """The state that the page has now."""
        found: dict[str, Any] = self.tab.evaluate("explorer.state()")
        return found

    def now(self) -> Any:
        """The explorer that Python builds from the page's state: what its numbers should be."""
        return type(self.explorer).from_state(self.state())

    def eventually(
        self, holds: Callable[[], Any], what: str | Callable[[], str], seconds: float = 30
    ) -> None:
        """Wait until something holds; where it does not, ``what`` says what was wanted (and what is there then)."""
        end = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > end:
                raise AssertionError(f"not within {seconds} s: {what if isinstance(what, str) else what()}")
            time.sleep(0.03)

    def comes(self, **wanted: Any) -> Any:
        """Wait until parts of the state are as wanted; return the explorer of the whole state."""
        self.eventually(
            lambda: {name: self.state()[name] for name in wanted} == wanted,
            lambda: f"{wanted}, but {self.state()}",
        )
        self.painted()
        return self.now()

    def painted(self) -> None:
        """Wait until what was set has been drawn: a view draws once a frame."""
        self.tab.evaluate(
            "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )

    def live(self) -> str:
        """What the live region says."""
        said: str = self.tab.locator(".cx-live").text_content()
        return said

    def says(self, words: str) -> None:
        """Wait until the live region says some words."""
        self.eventually(
            lambda: words in self.live(), lambda: f"{words!r}, but {self.live()!r} in {self.state()}"
        )
        self.painted()

    def tab_to(self, selector: str, most: int = 150) -> None:
        """Press Tab until the focus is where a selector says."""
        for _ in range(most):
            if self.tab.evaluate("(s) => document.activeElement.matches(s)", selector):
                return
            self.tab.keyboard.press("Tab")
        raise AssertionError(f"no Tab reaches {selector}")

    def keys_at_once(self, selector: str, *names: str) -> None:
        """Press keys so fast that no frame comes between them."""
        self.tab.locator(selector).evaluate(
            "(e, names) => { e.focus(); for (const key of names) e.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })); }",
            list(names),
        )

    def drag(self, locator: Any, dx: float, dy: float, steps: int = 6) -> None:
        """Drag an element by some pixels."""
        locator.scroll_into_view_if_needed()
        box = locator.bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        self.tab.mouse.move(x, y)
        self.tab.mouse.down()
        self.tab.mouse.move(x + dx, y + dy, steps=steps)
        self.tab.mouse.up()

    def slide(self, label: str, value: float) -> None:
        """Drag a slider's thumb to a value."""
        slider = self.tab.get_by_label(label, exact=True)
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        low, high, at = (float(slider.evaluate(f"(e) => e.{name}")) for name in ("min", "max", "value"))
        thumb = 16
        way = box["width"] - thumb
        y, start = box["y"] + box["height"] / 2, box["x"] + thumb / 2
        self.tab.mouse.move(start + way * (at - low) / (high - low), y)
        self.tab.mouse.down()
        self.tab.mouse.move(start + way * (value - low) / (high - low), y, steps=6)
        self.tab.mouse.up()

    def axe(self) -> list[dict[str, Any]]:
        """The serious and critical findings of axe-core."""
        from axe_playwright_python.base import AXE_SCRIPT

        if self.tab.evaluate("typeof axe") == "undefined":
            self.tab.evaluate(AXE_SCRIPT)
        found: list[dict[str, Any]] = self.tab.evaluate(AXE)
        return [one for one in found if one["impact"] in ("serious", "critical")]

    def contrast(self) -> tuple[float, str]:
        """The least contrast of any text with what is behind it, and where it is."""
        ratio, where = self.tab.locator(".cx").evaluate(CONTRASTS)
        return ratio, where

    def overflow(self) -> dict[str, Any]:
        """By how many pixels the page and the explorer are wider than what is seen of them, and what sticks out."""
        found: dict[str, Any] = self.tab.locator(".cx").evaluate(OVERFLOW)
        return found

    def shot(self, name: str) -> None:
        """Keep a picture of the explorer under build/screenshots/."""
        self.shots.mkdir(parents=True, exist_ok=True)
        self.tab.locator(".cx").screenshot(path=self.shots / f"{name}.png", animations="disabled")
