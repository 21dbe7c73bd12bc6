"""Numbers stand out from the cells they are printed on, and sign is told apart."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.colors import to_hex

from course.figures.palette import INK, MAGNITUDE, PAPER, SIGN, ink_on, scale


def luminance(colour) -> float:
    channels = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(a: str, b: str) -> float:
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


def test_text_on_paper_has_the_contrast_asked_for() -> None:
    assert contrast(INK, PAPER) >= 7


@pytest.mark.parametrize("background", ["#ffffff", "#a9cfee", "#0d477d", "#f9c991", "#9a4a00", "#2f8579"])
def test_the_better_ink_is_chosen(background: str) -> None:
    chosen = ink_on(background)
    other = "#ffffff" if chosen == INK else INK
    assert contrast(chosen, background) >= contrast(other, background)


def test_zero_is_white_positive_blue_negative_orange() -> None:
    colours, norm = scale(-2, 8, signed=True)
    red, _, blue, _ = colours(norm(8.0))
    assert blue > red
    red, _, blue, _ = colours(norm(-8.0))
    assert red > blue
    assert colours(norm(0.0))[:3] == pytest.approx((1, 1, 1), abs=0.02)


def test_a_constant_magnitude_is_drawn_as_large_not_as_nothing() -> None:
    colours, norm = scale(1, 1, signed=False)
    assert colours(norm(1.0))[:3] != pytest.approx((1, 1, 1), abs=0.1)


@pytest.mark.parametrize("colours", [SIGN, MAGNITUDE], ids=lambda colours: colours.name)
def test_on_no_colour_of_the_maps_is_text_hard_to_read(colours) -> None:
    cells = [to_hex(colours(at)) for at in np.linspace(0, 1, 256)]
    assert min(contrast(ink_on(cell), cell) for cell in cells) >= 4.5


@given(st.from_regex("#[0-9a-f]{6}", fullmatch=True))
def test_nor_on_any_other_colour(background: str) -> None:
    assert contrast(ink_on(background), background) >= 4.5


@pytest.mark.parametrize("colours", [MAGNITUDE, SIGN], ids=lambda colours: colours.name)
def test_more_is_darker_without_colour_too(colours) -> None:
    start = 0.5 if colours is SIGN else 0.0
    lights = [luminance(to_hex(colours(at))) for at in np.linspace(start, 1, 64)]
    assert all(darker < lighter for lighter, darker in pairwise(lights))


def test_a_signed_scale_gives_opposite_numbers_opposite_colours() -> None:
    _, norm = scale(-2, 8, signed=True)
    assert norm(3.0) - 0.5 == pytest.approx(0.5 - norm(-3.0))
