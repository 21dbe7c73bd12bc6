"""A timeline: dots true to scale, labels that never meet, every event in the alt text."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.transforms import Bbox

from course.figures.picture import Picture
from course.figures.timelines import timeline

HISTORY = {
    1943: "McCulloch and Pitts: a neuron as a weighted vote with a threshold",
    1958: "Rosenblatt: the perceptron, a machine that finds its weights by itself",
    1959: "Hubel and Wiesel: cells in the visual cortex of the cat prefer a bar of one orientation, and nobody expected it",
    2012: "AlexNet",
    2014: "VGG, GoogLeNet",
    2015: "ResNet, U-Net",
    2017: "DenseNet, DnCNN",
}


def boxes(picture: Picture) -> dict[str, Bbox]:
    """The place of every text on the paper, in pixels, whatever it says."""
    canvas = FigureCanvasAgg(picture.figure)
    canvas.draw()
    (axes,) = picture.figure.axes
    return {
        f"{i} {t.get_text()}": t.get_window_extent(canvas.get_renderer()) for i, t in enumerate(axes.texts)
    }


def overlaps(picture: Picture) -> list[tuple[str, str]]:
    found = boxes(picture)
    names = list(found)
    return [
        (a, b)
        for i, a in enumerate(names)
        for b in names[i + 1 :]
        if (common := Bbox.intersection(found[a], found[b])) and common.width > 0.5 and common.height > 0.5
    ]


def beyond(picture: Picture) -> list[str]:
    paper = picture.figure.bbox
    return [
        name
        for name, box in boxes(picture).items()
        if box.x0 < 0 or box.y0 < 0 or box.x1 > paper.x1 or box.y1 > paper.y1
    ]


def dots(picture: Picture) -> list[float]:
    (axes,) = picture.figure.axes
    return [float(line.get_ydata()[0]) for line in axes.lines if line.get_marker() == "o"]


def leaders(picture: Picture) -> list[tuple[float, float]]:
    """Where each leader starts, on the line of years, and ends, at its label."""
    (axes,) = picture.figure.axes
    found = [line.get_ydata() for line in axes.lines if len(line.get_ydata()) == 3]
    return [(float(y[0]), float(y[-1])) for y in found]


def years(picture: Picture) -> list[str]:
    (axes,) = picture.figure.axes
    return [t.get_text() for t in axes.texts if t.get_fontweight() == "bold"]


def test_no_label_lies_over_another_or_beyond_the_paper() -> None:
    assert overlaps(timeline(HISTORY)) == []
    assert beyond(timeline(HISTORY)) == []


@given(
    st.dictionaries(
        st.integers(1900, 2025), st.text("abc mWé", min_size=1, max_size=120), min_size=1, max_size=12
    ),
    st.sampled_from([3.5, 7.0]),
)
@example({1901: "W", 1980: "W"}, 3.5)  # short: hardly room for names on the line of years
@settings(max_examples=12, deadline=None)
def test_labels_stay_apart_whatever_the_years_and_the_words(
    events: dict[int | str, str], width: float
) -> None:
    events = {year: " ".join(word[:15] for word in label.split()) for year, label in events.items()}
    picture = timeline(events, width=width)
    assert overlaps(picture) == []
    assert beyond(picture) == []


def test_dots_are_true_to_scale_and_the_earliest_is_on_top() -> None:
    picture = timeline({2000: "c", 1950: "a", 1960: "b"})
    first, second, last = dots(picture)
    assert (second - first) / (last - first) == pytest.approx(0.2)
    assert years(picture) == ["1950", "1960", "2000"]
    bottom, top = picture.figure.axes[0].get_ylim()
    assert bottom > top  # measured downwards


def test_ticks_stand_where_their_year_is() -> None:
    picture = timeline(dict.fromkeys(range(1950, 2010, 10), "a"))
    first, *_, last = dots(picture)
    ticks = {
        int(t.get_text()): t.get_position()[1]
        for t in picture.figure.axes[0].texts
        if t.get_fontweight() != "bold" and t.get_text().isdigit()
    }
    assert len(ticks) >= 4
    for year, place in ticks.items():
        assert place == pytest.approx(first + (last - first) * (year - 1950) / 50)


def test_leaders_join_each_dot_with_its_own_label_and_never_cross() -> None:
    found = leaders(timeline(HISTORY))
    assert [start for start, _ in found] == dots(timeline(HISTORY))
    assert all(a[0] < b[0] and a[1] < b[1] for a, b in pairwise(found))


def test_a_label_with_room_stands_beside_its_dot() -> None:
    start, end = leaders(timeline({1900: "a", 1950: "b", 2000: "c"}))[1]
    assert start == pytest.approx(end)


def test_a_stretch_of_years_is_a_hatched_bar_from_its_first_to_its_last() -> None:
    picture = timeline({1970: "before", "1974–1980": "winter", 1986: "spring"})
    (bar,) = picture.figure.axes[0].patches
    first, last = dots(picture)
    a_year = (last - first) / 16
    assert bar.get_hatch()
    assert bar.get_y() == pytest.approx(first + 4 * a_year)
    assert bar.get_height() == pytest.approx(6 * a_year)
    assert years(picture) == ["1970", "1974–1980", "1986"]


def test_the_leader_of_a_stretch_crosses_none_of_an_event_within_it() -> None:
    found = leaders(timeline({"1970–1980": "winter", 1971: "a", 1974: "b", 1980: "c"}))
    assert all(a[0] < b[0] and a[1] < b[1] for a, b in pairwise(found))


def test_a_long_label_is_broken_between_words_and_loses_none() -> None:
    picture = timeline(HISTORY, width=5)
    plain = [
        t.get_text()
        for t in picture.figure.axes[0].texts
        if t.get_fontweight() != "bold" and not t.get_text().isdigit()
    ]
    assert len(plain) > len(HISTORY)
    assert " ".join(plain) == " ".join(HISTORY.values())


def test_the_alt_text_lists_every_event_in_order() -> None:
    said = timeline({1998: "LeNet-5", "1974-1980": "winter", 1943: "a  model"}, about="History.").alt
    assert said == "History. Timeline from 1943 to 1998: 1943, a model; 1974-1980, winter; 1998, LeNet-5."


def test_one_event_alone_is_drawn() -> None:
    picture = timeline({1958: "the perceptron"})
    assert picture.alt == "Timeline of 1958: 1958, the perceptron."
    assert len(dots(picture)) == 1


def test_words_that_look_like_a_formula_are_written_as_they_stand() -> None:
    picture = timeline({1990: "a machine for $10,000 and $5 a day", 1995: r"$\frac{1$"})
    assert "a machine for $10,000 and $5 a day" in " ".join(boxes(picture))


@pytest.mark.parametrize(
    ("events", "said"),
    [
        ({}, "there are no events: give at least one year"),
        ({"soon": "x"}, "'soon' is no year: give a whole number"),
        ({19588: "x"}, "19588 is no year"),
        ({"1980–1974": "x"}, "'1980–1974' ends before it begins"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_the_rule(events: dict[int | str, str], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        timeline(events)


def test_a_figure_too_narrow_for_labels_is_refused() -> None:
    with pytest.raises(ValueError, match="width is 2 inches"):
        timeline({1990: "x"}, width=2)


def test_drawn_twice_the_bytes_are_the_same() -> None:
    assert timeline(HISTORY).webp() == timeline(HISTORY).webp()
