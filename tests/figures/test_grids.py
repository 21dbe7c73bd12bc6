"""A grid prints every number, marks what is special, and says the same in words."""

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from course.figures import Grid, grids, number

X = np.arange(16).reshape(4, 4)


def axes_of(picture):
    return picture.figure.axes


def hatches(axes) -> list[str]:
    return [p.get_hatch() for p in axes.patches if isinstance(p, Rectangle) and p.get_hatch()]


def test_every_number_is_printed_and_said() -> None:
    picture = grids(Grid(X - 7, "image"))
    printed = [text.get_text() for text in axes_of(picture)[0].texts]
    assert printed == [number(v) for v in (X - 7).flat]
    assert all(number(v) in picture.alt for v in (X - 7).flat)


def test_padding_is_dotted_on_its_own_sides_only() -> None:
    (axes,) = axes_of(grids(Grid(X, ring=(1, 0))))
    assert hatches(axes) == ["...."] * 8
    assert "padded by 1 above and below and 0 left and right" in grids(Grid(X, ring=(1, 0))).alt


def test_what_is_never_read_is_crossed_and_said() -> None:
    picture = grids(Grid(X, unread=([3], [3])))
    assert hatches(axes_of(picture)[0]) == ["xxxx"] * 7
    assert "row 3 crossed out: never read; column 3 crossed out" in picture.alt


def test_frames_and_dots_are_drawn_where_they_are_said_to_be() -> None:
    picture = grids(Grid(X, boxes=[(1, 2, 3, 2)], taps=[(0, 3)]))
    frame = axes_of(picture)[0].patches[-1]
    assert (frame.get_x(), frame.get_y(), frame.get_width(), frame.get_height()) == (2, 1, 2, 3)
    (dot,) = axes_of(picture)[0].lines
    assert dot.get_xdata()[0] == 3.5
    assert "rows 1 to 3 and columns 2 to 3" in picture.alt
    assert "(0, 3)" in picture.alt


def test_sign_is_coloured_blue_and_orange() -> None:
    (axes,) = axes_of(grids(Grid([[5, -5, 0]])))
    positive, negative, zero = (to_rgb(p.get_facecolor()) for p in axes.patches[:3])
    assert positive[2] > positive[0]
    assert negative[0] > negative[2]
    assert zero == pytest.approx((1, 1, 1), abs=0.02)


def test_an_equation_reads_from_left_to_right_and_fits_its_paper() -> None:
    picture = grids(Grid(X, "a"), "⋆", Grid([[1]], "b"), "=", Grid(X, "c"))
    lefts = [axes.get_position().x0 for axes in axes_of(picture)]
    rights = [axes.get_position().x1 for axes in axes_of(picture)]
    assert lefts == sorted(lefts)
    assert lefts[0] >= 0
    assert rights[-1] <= 1
    assert picture.alt.index("a, 4 by 4") < picture.alt.index("⋆") < picture.alt.index("c, 4 by 4")


def test_row_names_that_do_not_match_the_rows_are_an_error() -> None:
    with pytest.raises(ValueError, match="zip"):
        grids(Grid(X, row_names=["one", "two"]))
