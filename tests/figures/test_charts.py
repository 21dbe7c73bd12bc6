"""Bars and signals: as long as their numbers, which are printed and said."""

from course.figures import bars, signals


def test_bars_are_as_long_as_their_numbers_and_the_greatest_is_hatched() -> None:
    picture = bars({"small": 2, "large": 30, "middle": 5}, "weights")
    drawn = picture.figure.axes[0].patches
    assert [bar.get_width() for bar in drawn] == [2, 30, 5]
    assert [bool(bar.get_hatch()) for bar in drawn] == [False, True, False]
    assert "small 2; large 30; middle 5" in picture.alt


def test_a_logarithmic_axis_is_called_one() -> None:
    picture = bars({"a": 10, "b": 1000}, "weights", log=True)
    assert picture.figure.axes[0].get_xscale() == "log"
    assert "logarithmic" in picture.figure.axes[0].get_xlabel()
    assert "logarithmic axis" in picture.alt


def test_signals_stand_at_their_positions_and_negative_samples_are_hatched() -> None:
    picture = signals({"x": [1, -2], "y": [3]}, starts={"y": 1})
    first, second = picture.figure.axes
    assert [(bar.get_x() + bar.get_width() / 2, bar.get_height()) for bar in first.patches] == [
        (0, 1),
        (1, -2),
    ]
    assert [bool(bar.get_hatch()) for bar in first.patches] == [False, True]
    assert second.patches[0].get_x() + second.patches[0].get_width() / 2 == 1
    assert picture.alt == "x, 2 values: 1, −2. y, 1 value: 3."
