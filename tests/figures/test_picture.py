"""A picture carries its alt text into the notebook, and is the same bytes after every drawing."""

import base64
import io
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from PIL import Image

from course.figures import Picture, bars, describe, number
from course.figures.picture import CSS_PIXELS_PER_INCH, DPI


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
