"""A grid prints every number, marks what is special, and says the same in words."""

import numpy as np
import pytest
from matplotlib.colors import to_rgb
from matplotlib.patches import Rectangle

from course.figures import Grid, grids, number

X = np.arange(16).reshape(4, 4)


def axes_of(picture):
    return picture.figure.axes


def luminance(colour) -> float:
    channels = np.array(to_rgb(colour))
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(a, b) -> float:
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


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


@pytest.mark.parametrize("signed", [True, False])
def test_every_printed_number_stands_out_from_its_cell(signed: bool) -> None:
    values = np.linspace(-1.0 if signed else 0.0, 1, 201)
    (axes,) = axes_of(grids(Grid(values, signed=signed)))
    found = [
        contrast(cell.get_facecolor(), text.get_color())
        for cell, text in zip(axes.patches, axes.texts, strict=False)
    ]
    assert len(found) == 201
    assert min(found) >= 4.5


def test_numbers_on_padding_and_on_what_is_never_read_stand_out_too() -> None:
    (axes,) = axes_of(grids(Grid(X - 8, ring=1, unread=([3], []))))
    special = [(cell, text) for cell, text in zip(axes.patches, axes.texts, strict=False) if cell.get_hatch()]
    assert len(special) == 12
    for cell, text in special:
        assert contrast(cell.get_facecolor(), text.get_color()) >= 4.5
        assert contrast(cell.get_edgecolor(), text.get_color()) >= 4.5  # the hatching's colour
        assert text.get_bbox_patch() is not None


def test_a_minus_sign_tells_a_negative_cell_without_colour_and_padding_is_italic() -> None:
    (axes,) = axes_of(grids(Grid([[1, -1, 1]], ring=(0, 1))))
    assert [text.get_text() for text in axes.texts] == ["1", "−1", "1"]
    assert [text.get_style() for text in axes.texts] == ["italic", "normal", "italic"]


def test_named_rows_are_read_out_by_name() -> None:
    picture = grids(Grid([[1, 2], [3, 4]], "taps", row_names=["up", "down"], column_names=["a", "b"]))
    assert "taps: up 1, 2; down 3, 4" in picture.alt
    assert [t.get_text() for t in axes_of(picture)[0].texts][4:] == ["up", "down", "a", "b"]


@pytest.mark.parametrize("shape", [(1, 3, 3), (0, 3), (0,)])
def test_an_array_that_is_no_matrix_is_refused_by_its_shape(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"have shape .*: a Grid draws one matrix"):
        grids(Grid(np.zeros(shape)))


def test_signs_without_a_grid_are_refused() -> None:
    with pytest.raises(ValueError, match="no Grid among the 2 items"):
        grids("⋆", "=")
