"""Maps of a classifier and contour lines of a loss: the right side, the right counts, every path from start to end."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from course.figures import plane, surface

POINTS = [[2.0, 0.0], [1.0, 1.0], [-1.0, 0.0], [-2.0, 1.0]]


def first(x: Any) -> Any:
    return x[:, 0]


def test_points_on_the_side_of_their_class_are_counted() -> None:
    assert "4 of 4 points" in plane(first, POINTS, [1, 1, 0, 0], level=0.0).alt
    assert "3 of 4 points" in plane(first, POINTS, [1, 1, 1, 0], level=0.0).alt
    assert "0 of 4 points" in plane(first, POINTS, [0, 0, 1, 1], level=0.0).alt


def test_each_class_has_its_marker_and_its_points() -> None:
    picture = plane(None, POINTS, [1, 1, 0, 2], names=("left", "right"))
    left, right, third = picture.figure.axes[0].collections
    assert left.get_offsets().tolist() == [[-1, 0]]
    assert right.get_offsets().tolist() == [[2, 0], [1, 1]]
    assert len({str(c.get_paths()[0].vertices.tolist()) for c in (left, right, third)}) == 3
    assert "Points: left 1, right 2, class 2 1" in picture.alt


def test_the_level_is_a_line_where_the_function_crosses_it_and_blue_is_above() -> None:
    picture = plane(first, level=0.25, limits=((-1, 1), (-1, 1)))
    filled, line = picture.figure.axes[0].collections
    crossing = np.concatenate([path.vertices for path in line.get_paths()])
    assert np.allclose(crossing[:, 0], 0.25)
    red, _, blue, _ = filled.get_facecolor()[-1]
    assert blue > red
    assert "above 0.25 on 37 % of the area" in picture.alt


def test_several_functions_are_several_panels_of_one_range() -> None:
    picture = plane({"one": first, "two": lambda x: x[:, 1]}, POINTS, [1, 1, 0, 0], level=0.0)
    one, two = picture.figure.axes
    assert (one.get_title(), two.get_title()) == ("one", "two")
    assert one.get_xlim() == two.get_xlim()
    assert "two: values from" in picture.alt


def test_an_arrow_is_drawn_and_said() -> None:
    picture = plane(None, POINTS, arrows={"w": (0, 0, 1, 0.5)})
    assert [text.get_text() for text in picture.figure.axes[0].texts] == ["", "w"]
    assert "Arrow w from (0, 0) by (1, 0.5)" in picture.alt


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: plane(), "nothing to draw"),
        (lambda: plane(first), "limits are missing"),
        (lambda: plane(None, [[1, 2, 3]]), "one row for each point"),
        (lambda: plane(None, POINTS, [0, 1]), "one class number for each point"),
        (lambda: plane(None, POINTS, [0, 1, -1, 0]), "class numbers from 0"),
        (lambda: plane(lambda x: x, POINTS), "one value for each row"),
        (lambda: surface(first, ((0, 1), (0, 1)), {"p": [1.0, 2.0]}), "one row for each step"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_its_mend(make: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


def test_a_path_is_drawn_from_ring_to_star_and_said_with_its_values() -> None:
    picture = surface(
        lambda t: (t**2).sum(1), ((-2, 2), (-2, 2)), {"a": [[2, 0], [1, 0], [0.5, 0]], "b": [[0, 1]]}
    )
    path, start, end, *_ = picture.figure.axes[0].lines
    assert path.get_xydata().tolist() == [[2, 0], [1, 0], [0.5, 0]]
    assert start.get_xydata().tolist() == [[2, 0]]
    assert (end.get_marker(), end.get_xydata().tolist()) == ("*", [[0.5, 0]])
    assert "a: 2 steps from (2, 0), value 4, to (0.5, 0), value 0.25" in picture.alt
    assert "b: 0 steps" in picture.alt
