"""The sheet and its key as a browser shows and prints them, on A4 and Letter, from a light desktop and a dark one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from course.quiz import Choice, Match, Number, Option, Order, Picture, Question, Text, bank, draw
from course.quiz.paper import Paper, key_page, sheet_page
from course.quiz.sheet import variant
from tests.browser.conftest import SHOTS, absent
from tests.browser.explorers import AXE

pytestmark = pytest.mark.browser

POINT = 25.4 / 72  # millimetres
FORMATS = {"A4": (210, 297), "Letter": (215.9, 279.4)}


def written(name: str, form: Any, **more: Any) -> Question:
    return Question(
        name, "bank", "dropout", 2, 4, f"What of {name} is asked here?", "Think.", form, ("So.",), **more
    )


def quiz() -> tuple[Question, ...]:
    """Return questions of every form, with a table, a wide net, a picture, and words that are hard to break."""
    of_form = {q.form.name: q for q in reversed(bank())}
    picture = next(q for q in bank() if q.picture)
    wide = " > ".join(["64x32x32", *["conv(64, 3x3, p1, nobias) > bn > relu"] * 9, "gap > linear(10)"])
    table = (
        ("layer", *(f"quantity number {i}" for i in range(7))),
        *((f"conv{j}", *["1,234,567"] * 7) for j in range(9)),
    )
    return (
        draw("conv", 2, 1), draw("net", 5, 1), *of_form.values(), picture,
        written("wide", Number(3, 0.5, "dB"), code=wide, table=table),
        written("unbroken", Choice((Option("x" * 150, True, "Y."), Option("`" + "y" * 150 + "`", False, "N.")))),
        written("tall", Order(tuple(f"thing {i}" for i in range(6)), tuple(range(5, -1, -1)), ("W.",) * 6), picture=Picture(
            '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="900"><rect width="400" height="900" fill="#999"/></svg>', "Grey.")),
        written("pairs", Match(("left of it",) * 1 + ("other left",), ("right", "r" * 90, "third"), (0, 1), ("A.", "B.", "C."))),
        written("term", Text(("ReLU",))),
    )  # fmt: skip


QUIZ = quiz()
PAPER = Paper("Quiz of week 8", "B", QUIZ, (2.0,) * len(QUIZ), "course quiz sheet")


@dataclass
class Printed:
    """A page as PDF: its size in millimetres, and the text of each sheet of paper."""

    document: Any
    pages: list[str]

    @property
    def size(self) -> tuple[float, float]:
        width, height = self.document[0].get_size()
        return width * POINT, height * POINT

    def margins(self) -> list[tuple[float, float, float, float]]:
        """For each page how many millimetres are free left, below, right and above of whatever text is on it."""
        found = []
        for page in self.document:
            width, height = page.get_size()
            text = page.get_textpage()
            boxes = [
                text.get_charbox(i) for i in range(text.count_chars()) if text.get_text_range(i, 1).strip()
            ]
            found.append(
                (
                    min(b[0] for b in boxes) * POINT, min(b[1] for b in boxes) * POINT,
                    (width - max(b[2] for b in boxes)) * POINT, (height - max(b[3] for b in boxes)) * POINT,
                )
            )  # fmt: skip
        return found

    def shot(self, name: str) -> Any:
        """Keep a picture of every page, and return them."""
        SHOTS.mkdir(parents=True, exist_ok=True)
        images = [page.render(scale=1.2).to_pil() for page in self.document]
        for number, image in enumerate(images, start=1):
            image.save(SHOTS / f"{name}-{number}.png")
        return images


@pytest.fixture(scope="module")
def show(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Any]]:
    """Open a page, offline."""
    contexts = []

    def open_page(html: str, *, width: int = 900, dark: bool = False) -> Any:
        path = tmp_path_factory.mktemp("sheet") / "sheet.html"
        path.write_text(html, encoding="utf-8")
        context = chromium.new_context(
            viewport={"width": width, "height": 1000}, color_scheme="dark" if dark else "light", offline=True
        )
        contexts.append(context)
        tab = context.new_page()
        tab.goto(path.as_uri())
        return tab

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def printed(show: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Printed]:
    """Print a page into a PDF and read it."""
    try:
        import pypdfium2
    except ImportError:
        absent("no pypdfium2 on this machine: pip install pypdfium2")

    def to_pdf(html: str, size: str = "A4", *, dark: bool = False) -> Printed:
        path: Path = tmp_path_factory.mktemp("pdf") / "sheet.pdf"
        show(html, dark=dark).pdf(path=path, format=size)
        document = pypdfium2.PdfDocument(path.read_bytes())
        return Printed(document, [page.get_textpage().get_text_range() for page in document])

    return to_pdf


def squeezed(text: str) -> str:
    """Return a text without spaces and without the hyphens and marks that PDF text may have lost."""
    return re.sub(r"[`\s\x02\ufffe]", "", text)


@pytest.mark.parametrize("size", FORMATS)
def test_a_printed_sheet_is_whole(printed: Callable[..., Printed], size: str) -> None:
    pdf = printed(sheet_page(PAPER), size)
    pdf.shot(f"quiz-sheet-{size}")
    assert pdf.size == pytest.approx(FORMATS[size], abs=0.5)
    text = squeezed("".join(pdf.pages))
    for question in QUIZ:
        form = question.form
        things = [o.text for o in form.options] if isinstance(form, Choice) else []
        things += (
            [*form.items]
            if isinstance(form, Order)
            else [*form.left, *form.right]
            if isinstance(form, Match)
            else []
        )
        for wanted in (question.prompt.partition("\n")[0], *things):
            assert squeezed(wanted) in text, (question.name, wanted)
    assert text.count("1,234,567") == 63
    count = len(pdf.pages)
    assert count >= 6
    for number, page in enumerate(pdf.pages, start=1):
        for words in (f"Page {number} of {count}", f"Variant B · {PAPER.code}", "Quiz of week 8"):
            assert squeezed(words) in squeezed(page)
        assert "Print" not in page.split()
    for left, below, right, above in pdf.margins():
        assert min(left, right, above) > 12
        assert below > 6  # the number of the page stands in the margin


def test_no_question_is_broken_where_it_fits_on_a_page(printed: Callable[..., Printed]) -> None:
    pdf = printed(sheet_page(PAPER))
    pages = [squeezed(page) for page in pdf.pages]

    def page_of(words: str) -> int:
        return next(i for i, page in enumerate(pages) if squeezed(words) in page)

    begins = [page_of(f"What of {name} is asked") for name in ("wide", "tall", "pairs")]
    assert begins == [page_of(words) for words in ("conv8", "thing 5", "r" * 20)]
    # What comes first on a page is the head of a question, so that none goes on from the page before.
    for page in pages[1:]:
        assert re.match(r"(\d+\.2points|Endofthequiz)", page.split(PAPER.code, 1)[1]), page[:90]


def test_a_question_longer_than_a_page_goes_on_on_the_next(printed: Callable[..., Printed]) -> None:
    lines = "\n".join(f"    line{i} = {i}" for i in range(120))
    long = Question(
        "long", "bank", "dropout", 2, 4, f"What does this print?\n\n{lines}", "H.", Number(3), ("So.",)
    )
    pdf = printed(sheet_page(Paper("Long", "", (long,), (1,))))
    assert len(pdf.pages) >= 3
    text = "".join(re.sub(r"^Page\d+of\d+Long[A-Z2-7]{6}", "", squeezed(page)) for page in pdf.pages)
    assert "".join(f"line{i}={i}" for i in range(120)) in text
    assert "Answer:" in pdf.pages[-1]


def test_from_a_dark_desktop_it_is_black_on_white(
    show: Callable[..., Any], printed: Callable[..., Printed]
) -> None:
    tab = show(sheet_page(PAPER), dark=True)
    style = tab.evaluate(
        "[getComputedStyle(document.body), getComputedStyle(document.querySelector('.question p'))].map(s => [s.backgroundColor, s.color])"
    )
    assert style[0][0] == "rgb(255, 255, 255)"
    assert {style[0][1], style[1][1]} == {"rgb(0, 0, 0)"}
    tab.screenshot(path=SHOTS / "quiz-sheet-dark.png")
    image = printed(sheet_page(PAPER), dark=True).shot("quiz-sheet-dark")[0].convert("L")
    levels = image.histogram()
    assert levels[255] > 0.85 * sum(levels)
    assert sum(levels[:40]) > 0.005 * sum(levels)


def test_the_button_prints_and_is_not_printed(show: Callable[..., Any]) -> None:
    tab = show(sheet_page(PAPER))
    button = tab.get_by_role("button", name="Print")
    tab.evaluate("() => { window.print = () => { window.printed = (window.printed ?? 0) + 1; }; }")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    assert tab.evaluate("window.printed") == 1
    tab.emulate_media(media="print")
    assert not button.is_visible()


@pytest.mark.parametrize("width", [420, 900])
@pytest.mark.parametrize("page", ["sheet", "key"])
def test_on_screen_nothing_sticks_out_and_axe_is_content(
    show: Callable[..., Any], page: str, width: int
) -> None:
    from axe_playwright_python.base import AXE_SCRIPT

    tab = show(sheet_page(PAPER) if page == "sheet" else key_page([PAPER]), width=width)
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    tab.screenshot(path=SHOTS / f"quiz-{page}-{width}.png", full_page=True)
    tab.evaluate(AXE_SCRIPT)
    assert [one for one in tab.evaluate(AXE) if one["impact"] in ("serious", "critical")] == []


def test_the_key_begins_each_variant_on_a_page_of_its_own(printed: Callable[..., Printed]) -> None:
    first = (draw("conv", 2, 1), draw("dense", 1, 1))
    papers = [
        Paper("Week 5", x, q, (1, 1)) for x, q in zip("AB", (first, variant(first, "s", set())), strict=True)
    ]
    pdf = printed(key_page(papers), "Letter")
    pdf.shot("quiz-key")
    for paper in papers:
        mine = [page for page in pdf.pages if f"Answer key, variant {paper.letter}" in page]
        assert len(mine) == 1
        assert mine[0].index(paper.code) < mine[0].index("Answer key, variant")
        for question in paper.questions:
            assert f"{question.form.value:,}" in "".join(p for p in pdf.pages if paper.code in p)  # type: ignore[union-attr]
    assert not [page for page in pdf.pages if all(p.code in page for p in papers)]
