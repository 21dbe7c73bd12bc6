"""The drawing: a well-formed SVG whose text can be read."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

from course.figures.palette import ink_on
from course.inspect.boxes import width_of
from course.inspect.diagram import diagram
from course.inspect.drawing import style
from tests.inspect.nets import CARDS, residual

SVG = "{http://www.w3.org/2000/svg}"


def test_every_block_and_every_arrow_is_drawn():
    for card in CARDS.values():
        drawn = diagram(card)
        root = ET.fromstring(drawn.svg)
        assert len(root.findall(f"{SVG}g/{SVG}g")) == len(drawn.layout.rects)
        assert len(root.findall(f"{SVG}g/{SVG}polygon")) == len(drawn.layout.routes)


def test_text_is_escaped_and_large_enough():
    card = residual(1)
    card.title = '<script>alert("x")</script> & more'
    card.rows[0].title = card.rows[0].word = "conv<&>"
    svg = diagram(card).svg
    assert "<script" not in svg
    assert ET.fromstring(svg).find(f"{SVG}title").text == card.title
    assert min(float(n) for n in re.findall(r'font-size="([\d.]+)"', svg)) >= 11


def test_text_stays_inside_its_block():
    for card in CARDS.values():
        for depth in (None, 1):
            drawn = diagram(card, depth)
            for group in ET.fromstring(drawn.svg).findall(f"{SVG}g/{SVG}g"):
                box = group.find(f"{SVG}rect")
                if box is None:
                    continue
                left, top = float(box.get("x")), float(box.get("y"))
                right, bottom = left + float(box.get("width")), top + float(box.get("height"))
                for text in group.findall(f"{SVG}text"):
                    half = (
                        width_of(text.text, float(text.get("font-size", 11)), "font-weight" in text.attrib)
                        / 2
                    )
                    assert left < float(text.get("x")) - half
                    assert float(text.get("x")) + half < right
                    assert top + 8 < float(text.get("y")) < bottom - 2


def test_text_stands_out_from_every_fill():
    colours = style()
    assert {ink_on(fill) for fill in colours.fills.values()} == {colours.ink}
