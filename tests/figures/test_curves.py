"""Curves and histograms: what is drawn is what was given, told apart without colour, and said in the alt text."""

import numpy as np
import pytest

from course.figures import histograms, lines


def test_curves_are_where_their_numbers_are_and_differ_in_dash_and_marker() -> None:
    picture = lines({"a": [1, 2, 4], "b": [3, 0, 5]}, x={"a": [0, 1, 2], "b": [2, 4, 6]}, xlabel="step")
    first, second = picture.figure.axes[0].lines
    assert first.get_xydata().tolist() == [[0, 1], [1, 2], [2, 4]]
    assert second.get_xydata().tolist() == [[2, 3], [4, 0], [6, 5]]
    assert first.get_linestyle() != second.get_linestyle()
    assert first.get_marker() != second.get_marker()
    assert "b: from 3 (step 2) to 5 (step 6), least 0 at 4, greatest 5 at 6" in picture.alt


@pytest.mark.parametrize(
    ("log", "scales"), [("", ("linear", "linear")), ("x", ("log", "linear")), ("xy", ("log", "log"))]
)
def test_a_logarithmic_axis_is_one_and_is_said(log: str, scales: tuple[str, str]) -> None:
    picture = lines({"a": [1, 10]}, x=[1, 100], log=log)
    axes = picture.figure.axes[0]
    assert (axes.get_xscale(), axes.get_yscale()) == scales
    assert ("logarithmic" in picture.alt) == bool(log)


def test_a_short_logarithmic_axis_has_a_few_plain_ticks() -> None:
    picture = lines({"a": [0.3, 0.9, 2.0]}, log="y")
    axes = picture.figure.axes[0]
    picture.figure.draw_without_rendering()
    low, high = axes.get_ylim()
    shown = [
        label.get_text()
        for ticks in (axes.yaxis.get_major_ticks(), axes.yaxis.get_minor_ticks())
        for tick in ticks
        if low <= tick.get_loc() <= high and (label := tick.label1).get_text()
    ]
    assert shown == ["0.5", "1", "2"]


def test_marks_and_bands_are_drawn_and_marks_are_said() -> None:
    picture = lines({"a": [1, 2, 3]}, marks={"best": (1, 2)}, band={"a": ([0, 1, 2], [2, 3, 4])})
    axes = picture.figure.axes[0]
    assert axes.lines[1].get_xydata().tolist() == [[1, 2]]
    assert axes.collections[0].get_datalim(axes.transData).extents.tolist() == [0, 0, 2, 4]
    assert "marked: best at 1, 2" in picture.alt


def test_a_gap_is_left_out_of_the_words_and_a_curve_of_nothing_is_called_so() -> None:
    alt = lines({"a": [1, np.nan, 3], "b": [np.nan, np.nan, np.inf]}).alt
    assert "a: from 1 (at 0) to 3 (at 2)" in alt
    assert "b: no finite value" in alt


def test_whole_numbers_are_said_in_full_and_others_to_three_digits() -> None:
    alt = lines({"a": [0.12345, 2048]}, x=[1, 1024], xlabel="batch").alt
    assert "a: from 0.123 (batch 1) to 2,048 (batch 1,024)" in alt


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (({},), "no curves"),
        (({"a": []},), "at least one"),
        (({"a": [[1, 2]]},), r"shape \(1, 2\)"),
    ],
)
def test_what_is_no_curve_is_refused(arguments: tuple[dict[str, list[float]]], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        lines(*arguments)


def test_settings_that_mean_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="names no axes"):
        lines({"a": [1]}, log="z")
    with pytest.raises(ValueError, match="belongs to no curve"):
        lines({"a": [1]}, band={"b": ([0], [1])})


def test_histograms_share_one_range_and_count_every_value() -> None:
    picture = histograms({"wide": [-4.0, 4.0], "narrow": [0.5, 0.5, 0.75]}, bins=8)
    wide, narrow = picture.figure.axes
    assert sum(bar.get_height() for bar in wide.patches) == 2
    assert sum(bar.get_height() for bar in narrow.patches) == 3
    assert wide.patches[0].get_x() == narrow.patches[0].get_x() == -4
    assert "narrow: 3 values from 0.5 to 0.75, mean 0.583, standard deviation 0.118" in picture.alt


def test_histograms_refuse_nothing_and_infinity() -> None:
    with pytest.raises(ValueError, match="at least one name"):
        histograms({})
    with pytest.raises(ValueError, match="finite"):
        histograms({"a": [1.0, np.inf]})
