"""Photographs and matrices: sign hatched as well as coloured, the numbers said."""

import numpy as np
import pytest

from course.figures import matrix, photographs


def test_each_negative_entry_of_a_matrix_is_hatched() -> None:
    values = np.array([[1.0, -1, 0], [0, -2, 3]])
    (axes,) = matrix(values).figure.axes
    hatched = [c for c in axes.collections if c.get_hatch()]
    assert len(hatched) == 2


def test_a_matrix_says_how_sparse_it_is() -> None:
    assert "3 of its 9 entries are not zero" in matrix(np.eye(3)).alt


def test_a_signed_map_is_hatched_where_it_is_strongly_negative() -> None:
    ramp = np.tile(np.linspace(-1, 1, 30), (30, 1))
    signed = photographs({"ramp": ramp}, signed=["ramp"]).figure.axes[0]
    plain = photographs({"ramp": ramp}).figure.axes[0]
    assert len(signed.collections) == 1
    assert not plain.collections


def test_the_alt_text_names_each_image_with_its_numbers() -> None:
    alt = photographs({"one": np.zeros((9, 9)), "two": np.full((10, 12), 3)}, about="Two.").alt
    assert alt.startswith("Two. one, 9 by 9, values from 0 to 0")
    assert "two, 10 by 12, values from 3 to 3, mean 3" in alt


def test_every_image_gets_a_place_and_a_title() -> None:
    images = {f"image {i}": np.eye(3) for i in range(4)}
    places = photographs(images, columns=3).figure.axes
    assert [axes.get_title() for axes in places] == [*images, "", ""]
    with pytest.raises(ValueError, match="no images"):
        photographs({})
