"""Curves through points: what is drawn is what the functions say, and the alt text holds its numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from course.figures.fitted import fits
from course.figures.picture import Picture

X, Y = np.array([0.0, 1.0, 2.0, 3.0]), np.array([1.0, 3.0, 2.0, 4.0])


def drawn(shown: Picture, panel: int, label: str) -> np.ndarray:
    """Return the (M, 2) places of a line of a panel."""
    lines = {line.get_label(): line for line in shown.figure.axes[panel].get_lines()}
    return np.asarray(lines[label].get_xydata())


def test_each_panel_holds_its_curve_and_all_points() -> None:
    shown = fits({"double": lambda x: 2 * x, "square": lambda x: x**2}, X, Y)
    for panel, power in enumerate((1, 2)):
        line = drawn(shown, panel, "fit")
        assert np.allclose(line[:, 1], (3 - power) * line[:, 0] ** power)
        assert (line[0, 0], line[-1, 0]) == (0, 3)
        assert np.array_equal(drawn(shown, panel, "points"), np.stack([X, Y], 1))


def test_the_truth_is_drawn_only_where_it_is_given() -> None:
    assert np.allclose(
        drawn(fits({"f": np.sin}, X, Y, truth=np.cos), 0, "truth")[:, 1], np.cos(np.linspace(0, 3, 400))
    )
    assert "true function" in fits({"f": np.sin}, X, Y, truth=np.cos).alt
    with pytest.raises(KeyError):
        drawn(fits({"f": np.sin}, X, Y), 0, "truth")


def test_a_wild_curve_does_not_stretch_the_axis_and_is_told_in_words() -> None:
    shown = fits({"wild": lambda x: 1000 * x}, X, Y)
    assert shown.figure.axes[0].get_ylim() == pytest.approx((0, 5))
    error = np.mean((1000 * X - Y) ** 2)
    assert "values from 0 to 3,000" in shown.alt
    assert f"mean squared error at the points {float(f'{error:.3g}'):,.0f}" in shown.alt


def test_panels_wrap_into_rows_and_spare_ones_are_blank() -> None:
    shown = fits({str(i): np.sin for i in range(4)}, X, Y, columns=3)
    assert [axes.axison for axes in shown.figure.axes] == [True] * 4 + [False] * 2


def test_points_of_one_height_can_be_drawn() -> None:
    assert fits({"flat": lambda x: 0 * x}, [1.0, 2.0], [5.0, 5.0]).figure.axes[0].get_ylim() == (4, 6)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (({}, X, Y), "nothing to draw"),
        (({"f": np.sin}, [], []), "nothing to draw"),
        (({"f": np.sin}, X, Y[:2]), "4 positions and 2 values"),
        (({"f": np.sin}, X[:, None], Y[:, None]), "one y for each x"),
        (({"f": np.sum}, X, Y), r"f gives shape \(\) for 400 places"),
    ],
)
def test_what_cannot_be_drawn_is_refused(arguments: tuple[Any, ...], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        fits(*arguments)
