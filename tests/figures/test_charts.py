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


def test_each_bar_and_each_sample_has_its_number_beside_it() -> None:
    printed = [text.get_text() for text in bars({"a": 4821600, "b": 156}, "weights").figure.axes[0].texts]
    assert printed == ["4,821,600", "156"]
    samples = signals({"x": [0.25, -1, 0]}).figure.axes[0].texts
    assert [text.get_text() for text in samples] == ["0.25", "−1", "0"]
    assert [text.get_position()[0] for text in samples] == [0, 1, 2]


def test_the_axis_names_its_unit_and_the_first_bar_is_on_top() -> None:
    (axes,) = bars({"a": 1, "b": 2}, "multiply-adds", title="Cost").figure.axes
    assert axes.get_xlabel() == "multiply-adds"
    assert axes.get_title(loc="left") == "Cost"
    assert axes.yaxis_inverted()
    assert bars({"a": 1, "b": 2}, "multiply-adds", title="Cost").alt == "Cost: bars, multiply-adds: a 1; b 2."


def test_signals_share_one_axis_that_holds_every_sample() -> None:
    picture = signals({"x": [1, 2, 3], "y": [1]}, starts={"y": -2})
    limits = {axes.get_xlim() for axes in picture.figure.axes}
    assert limits == {(-2.6, 2.6)}
