"""A picture carries its alt text into the notebook, and is the same bytes after every drawing."""

import base64
import io
import re
from html.parser import HTMLParser

import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from PIL import Image

from course.figures import Grid, Picture, bars, describe, grids, matrix, number, photographs, signals
from course.figures.picture import CSS_PIXELS_PER_INCH, DPI, PHOTO_DPI


class Images(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[dict[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        if tag == "img":
            self.found.append(dict(attrs))


def test_the_alt_text_reaches_the_page_whole_whatever_it_says() -> None:
    said = 'edges: 3 < 5, "left" & −2'
    (image,) = Images(Picture(Figure(figsize=(2, 1)), said).html()).found
    assert image["alt"] == said


def test_the_picture_is_a_webp_of_the_size_promised() -> None:
    picture = Picture(Figure(figsize=(2, 1)), "blank")
    (image,) = Images(picture.html()).found
    data = base64.b64decode(re.fullmatch("data:image/webp;base64,(.*)", image["src"])[1])
    drawn = Image.open(io.BytesIO(data))
    assert (drawn.format, drawn.size) == ("WEBP", (2 * DPI, DPI))
    assert image["width"] == str(2 * CSS_PIXELS_PER_INCH)


def test_drawn_twice_the_bytes_are_the_same() -> None:
    draw = [bars({"a": 3, "b": 5}, "things").webp() for _ in range(2)]
    assert draw[0] == draw[1]
    assert draw[0] != bars({"a": 3, "b": 6}, "things").webp()


def test_a_notebook_gets_html_and_the_same_words_as_text() -> None:
    bundle = Picture(Figure(), "three bars")._repr_mimebundle_()
    assert set(bundle) == {"text/html", "text/plain"}
    assert bundle["text/plain"] == "Figure: three bars"


def test_a_picture_without_words_is_refused() -> None:
    with pytest.raises(ValueError, match="alt text is empty: say in words"):
        Picture(Figure(), " \n ")


@given(st.lists(st.lists(st.integers(-9999, 9999), min_size=2, max_size=5), min_size=2, max_size=5))
def test_a_small_array_is_described_value_by_value(rows: list[list[int]]) -> None:
    width = min(map(len, rows))
    rows = [row[:width] for row in rows]
    listed = describe(rows, "x").partition(": ")[2]
    read = [
        [int(v.replace(",", "").replace("−", "-")) for v in row.split(", ")] for row in listed.split("; ")
    ]
    assert read == rows


def test_a_large_array_is_described_by_its_range_and_mean() -> None:
    assert describe(np.full((9, 9), 7.0), "flat") == "flat, 9 by 9, values from 7 to 7, mean 7"


@given(st.integers(-(10**12), 10**12))
def test_whole_numbers_are_written_whole(value: int) -> None:
    assert number(value) == f"{value:,}".replace("-", "−")


DRAWINGS = {
    "grids": lambda: grids(Grid([[1, -2], [3, 4]], "a", ring=1), "⋆", Grid([[1]], "b")),
    "signals": lambda: signals({"x": [1, -2]}),
    "bars": lambda: bars({"a": 3, "b": 50}, "things", log=True),
    "matrix": lambda: matrix(-np.eye(4)),
    "photographs": lambda: photographs({"ramp": np.arange(-50.0, 50).reshape(10, 10)}, signed=["ramp"]),
}


@pytest.mark.parametrize("draw", DRAWINGS.values(), ids=DRAWINGS)
def test_the_bytes_do_not_depend_on_the_readers_own_settings(draw) -> None:
    expected = draw().webp()
    theirs = {
        "font.size": 20, "lines.linewidth": 5, "image.cmap": "hot", "axes.grid": True, "savefig.bbox": "tight",
        "savefig.facecolor": "black", "patch.linewidth": 4, "axes.titlelocation": "right",
    }  # fmt: skip
    with mpl.rc_context(theirs):
        assert draw().webp() == expected
        assert mpl.rcParams["font.size"] == 20  # and theirs are given back


@pytest.mark.parametrize("draw", DRAWINGS.values(), ids=DRAWINGS)
def test_a_picture_shown_again_is_the_same_bytes(draw) -> None:
    picture = draw()
    assert picture.webp() == picture.webp()


def test_a_photograph_is_stored_coarser_at_the_same_width_on_the_page() -> None:
    blank = Picture(Figure(figsize=(2, 1)), "blank", photographic=True)
    assert Image.open(io.BytesIO(blank.webp())).size == (2 * PHOTO_DPI, PHOTO_DPI)
    assert f'width="{2 * CSS_PIXELS_PER_INCH}"' in blank.html()


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.5, "0.5"),
        (-0.25, "−0.25"),
        (1 / 3, "0.3333"),
        (-1e-5, "−1.0e−05"),
        (1234.5, "1,234.5"),
        (-0.0, "0"),
    ],
)
def test_fractions_are_written_with_four_places_at_most(value: float, written: str) -> None:
    assert number(value) == written


def test_the_alt_text_of_each_drawing_follows_its_data() -> None:
    assert grids(Grid([[1, 2]])).alt != grids(Grid([[1, 3]])).alt
    assert signals({"x": [1, 2]}).alt != signals({"x": [1, 3]}).alt
    assert bars({"x": 1}, "y").alt != bars({"x": 2}, "y").alt
    assert matrix(np.eye(9)).alt != matrix(np.tri(9)).alt
    assert photographs({"x": np.eye(9)}).alt != photographs({"x": 2 * np.eye(9)}).alt


def test_words_from_the_lecture_reach_the_page_escaped() -> None:
    picture = bars({'<b>"3×3"</b> & co': 1}, "weights")
    (image,) = Images(picture.html()).found
    assert image["alt"] == picture.alt
    assert '<b>"3×3"</b> & co 1' in picture.alt
    assert "<b>" not in picture.html()
