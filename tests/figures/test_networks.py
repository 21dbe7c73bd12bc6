"""Networks: a circle for each unit, a line for each weight whose look says its sign and size, numbers that can be read."""

from itertools import pairwise

import numpy as np
import pytest
from matplotlib.patches import Circle

from course.figures.networks import LABEL, RADIUS, network
from course.figures.palette import NEGATIVE, POSITIVE
from course.figures.picture import Picture


def circles(picture: Picture) -> list[tuple[float, float]]:
    return [patch.center for patch in picture.figure.axes[0].patches if isinstance(patch, Circle)]


def written(picture: Picture) -> list[str]:
    return [text.get_text() for text in picture.figure.axes[0].texts]


def random_weights(*widths: int) -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    return [rng.uniform(-9, 9, (n, m)) for m, n in pairwise(widths)]


def test_each_unit_is_a_circle_and_each_pair_of_neighbours_a_line() -> None:
    picture = network((2, 4, 3))
    assert len(circles(picture)) == 2 + 4 + 3
    assert len({x for x, _ in circles(picture)}) == 3
    assert len(picture.figure.axes[0].lines) == 2 * 4 + 4 * 3


def test_a_line_joins_the_two_units_whose_weight_it_is() -> None:
    weights = np.arange(1.0, 7).reshape(3, 2)
    picture = network((2, 3), weights=[weights], numbers=False)
    where = circles(picture)
    for line in picture.figure.axes[0].lines:
        start, end = (tuple(point) for point in line.get_xydata())
        source, unit = where[:2].index(start), where[2:].index(end)
        widest = 0.7 + 1.9
        assert line.get_linewidth() == pytest.approx(0.7 + (widest - 0.7) * weights[unit, source] / 6)


def test_the_sign_of_a_weight_is_colour_and_dash() -> None:
    positive, negative, zero = network((3, 1), weights=[[[2, -2, 0]]]).figure.axes[0].lines
    assert (positive.get_color(), positive.get_linestyle()) == (POSITIVE, "-")
    assert (negative.get_color(), negative.get_linestyle()) == (NEGATIVE, "--")
    assert zero.get_linestyle() == ":"
    assert zero.get_linewidth() < positive.get_linewidth()


def test_without_weights_the_lines_say_nothing_of_a_sign() -> None:
    (line,) = network((1, 1)).figure.axes[0].lines
    assert line.get_color() not in (POSITIVE, NEGATIVE)
    assert network((1, 1)).alt == "Network of 1 input (x₁) and 1 output (ŷ), fully connected."


def test_all_weights_of_zero_are_drawn() -> None:
    lines = network((2, 1), weights=[np.zeros((1, 2))]).figure.axes[0].lines
    assert [line.get_linestyle() for line in lines] == [":", ":"]


@pytest.mark.parametrize("widths", [(2, 4, 1), (3, 4, 2), (5, 3), (2, 2, 1), (3, 1)])
def test_the_numbers_lie_on_their_lines_and_off_each_other_and_the_units(widths: tuple[int, ...]) -> None:
    weights = random_weights(*widths)
    picture = network(widths, weights=weights, layers=["column"] * len(widths))
    (axes,) = picture.figure.axes
    spots = [text.get_position() for text in axes.texts[len(widths) :]][: sum(w.size for w in weights)]
    for (x, y), line in zip(spots, axes.lines, strict=True):
        (x0, y0), (x1, y1) = line.get_xydata()
        assert y == pytest.approx(y0 + (x - x0) / (x1 - x0) * (y1 - y0))
        assert 0.2 < (x - x0) / (x1 - x0) < 0.8
    for k, (x, y) in enumerate(spots):
        assert all(abs(x - u) > LABEL[0] or abs(y - v) > LABEL[1] for u, v in spots[:k])
        assert all(np.hypot(x - u, y - v) > RADIUS for u, v in circles(picture))


def test_every_circle_lies_on_the_paper_and_no_two_touch() -> None:
    picture = network(
        (9, 4, 3), biases=[np.ones(4), np.ones(3)], layers=("inputs", "a long title", "outputs")
    )
    width, height = picture.figure.get_size_inches()
    where = circles(picture)
    assert all(RADIUS < x < width - RADIUS and RADIUS < y < height - RADIUS for x, y in where)
    gaps = [np.hypot(a[0] - b[0], a[1] - b[1]) for k, a in enumerate(where) for b in where[:k]]
    assert min(gaps) > 2 * RADIUS


def test_biases_are_written_under_their_units_and_values_inside() -> None:
    picture = network((2, 1), biases=[[-1.5]], values=[[1, 0], [0.25]])
    texts = {text.get_text(): text.get_position() for text in picture.figure.axes[0].texts}
    x, y = circles(picture)[-1]
    assert texts["b = −1.5"][0] == x
    assert texts["b = −1.5"][1] < y - RADIUS
    assert np.hypot(texts["0.25"][0] - x, texts["0.25"][1] - y) < RADIUS
    assert "Into ŷ: bias −1.5." in picture.alt
    assert picture.alt.endswith("Values: x₁ = 1, x₂ = 0. Values: ŷ = 0.25.")


def test_the_alt_text_gives_every_weight_to_the_right_pair() -> None:
    alt = network(
        (2, 2, 1), weights=[[[1, 2], [3, -4]], [[5, 6]]], names=[("a", "b"), ("OR", "AND"), ("y",)]
    ).alt
    assert "Into OR: 1 from a, 2 from b. Into AND: 3 from a, −4 from b. Into y: 5 from OR, 6 from AND." in alt


def test_a_wide_layer_has_a_gap_before_its_last_unit() -> None:
    picture = network((784, 3), most=5)
    assert len(circles(picture)) == 4 + 3
    assert "⋮" in written(picture)
    assert [name for name in written(picture) if name.startswith("x")] == ["x₁", "x₂", "x₃", "x₇₈₄"]
    assert picture.alt.startswith("Network of 784 inputs (x₁ to x₇₈₄) and 3 outputs")


def test_the_last_unit_of_a_wide_layer_keeps_its_own_numbers() -> None:
    weights = np.zeros((1, 20))
    weights[0, 19] = 3
    values = [np.arange(20), [7]]
    picture = network((20, 1), weights=[weights], values=values, most=4)
    assert [line.get_linestyle() for line in picture.figure.axes[0].lines] == [":", ":", "-"]
    assert "19" in written(picture)
    assert "values from 0 to 3" in picture.alt


def test_more_weights_than_anyone_reads_are_put_into_a_range() -> None:
    alt = network((7, 7), weights=[np.full((7, 7), 2.0)]).alt
    assert "Weights of layer 1, 7 by 7, values from 2 to 2" in alt
    assert "Into" not in alt


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"widths": (3,)}, "at least two columns"),
        ({"widths": (3, 0)}, "at least one unit"),
        ({"names": [("a", "b")]}, "names for 1 columns, but there are 2"),
        ({"names": [("a",), ("b",)]}, "1 names for the 2 circles of column 0"),
        ({"weights": [[[1], [2]]]}, r"weights of layer 1 have shape \(2, 1\), but 2 → 1 takes \(1, 2\)"),
        ({"biases": [[1, 2]]}, r"biases of layer 1 have shape \(2,\), but there are 1 units"),
        ({"biases": [[1, 2], [1]]}, "biases for 2 columns, but there are 1"),
        ({"values": [[1], [1]]}, r"values of layer 0 have shape \(1,\), but there are 2 units"),
        ({"layers": ("inputs",)}, "1 layer titles for 2 columns"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_rule(wrong: dict, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        network(**{"widths": (2, 1), **wrong})
