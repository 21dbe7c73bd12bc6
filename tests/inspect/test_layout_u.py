"""Layout of a U: down on the left, up on the right, skips level between them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.inspect.diagram import diagram
from course.inspect.layout import Link
from course.inspect.layout_u import u_shape
from tests.inspect.nets import FakeCard, FakeRow, check_geometry, residual, u_net


def test_a_u_net_looks_like_a_u():
    layout = diagram(u_net(3)).layout
    rects = layout.rects
    assert layout.form == "U"
    left, right = rects["down.0.a#1"].x, rects["conv.0#1"].x
    assert left < rects["bottom#1"].x < right
    assert max(r.top for r in rects.values()) == rects["bottom#1"].top
    for i in range(3):
        assert rects[f"down.{i}.b#1"].y == pytest.approx(rects[f"cat.{i}#1"].y)
        (skip,) = [r for r in layout.routes if r.link == Link(f"down.{i}.b#1", f"cat.{i}#1")]
        assert {round(y, 6) for _, y in skip.points()} == {round(rects[f"cat.{i}#1"].y, 6)}


def test_a_valid_u_net_has_its_crops_on_the_skips():
    drawn = diagram(u_net(3, crop=True))
    assert drawn.layout.form == "U"
    assert len(re.findall(">crop<", drawn.svg)) == 3
    assert "down.0.b → cat.0 through crop" in drawn.description


def test_skips_that_are_not_nested_make_no_u():
    assert diagram(u_net(3, spoil=True)).layout.form == "column"
    assert diagram(residual(4)).layout.form == "column"


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 3)), min_size=2, max_size=5), st.integers(1, 4))
@settings(max_examples=40, deadline=None)
def test_any_u_net_is_drawn_as_a_u(levels, low):
    rows: list[FakeRow] = []

    def put(word: str, *inputs: str) -> str:
        rows.append(FakeRow(f"r{len(rows)}", word, inputs, (4, size, size), 1 if "conv" in word else 0))
        return rows[-1].name

    last, size, skips = "input", 2 ** (len(levels) + 2), []
    for down, _ in levels:
        for _ in range(down):
            last = put("conv", last)
        skips.append(last)
        size //= 2
        last = put("pool", last)
    for _ in range(low):
        last = put("conv", last)
    for (_, up), skip in zip(reversed(levels), reversed(skips), strict=True):
        size *= 2
        last = put("concat", put("tconv", last), skip)
        for _ in range(up):
            last = put("conv", last)
    drawn = diagram(FakeCard(rows, {"": last}), 1)
    assert drawn.layout.form == "U"
    assert len(drawn.layout.rects) == len(rows) + 2
    check_geometry(drawn.layout)


def test_nothing_is_no_u():
    assert u_shape([], []) is None
