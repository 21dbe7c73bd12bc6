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


def test_the_hatching_of_a_signed_map_lies_on_its_negative_side() -> None:
    ramp = np.tile(np.linspace(-1, 1, 30), (30, 1))
    (hatched,) = photographs({"ramp": ramp}, signed=["ramp"]).figure.axes[0].collections
    box = hatched.get_paths()[0].get_extents()
    assert box.x0 == 0
    assert ramp[0, round(box.x1)] < 0
    assert hatched.get_hatch() is None or "/" in hatched.get_hatch()
    assert any("/" in h for h in hatched.hatches)


def test_a_map_without_negative_values_is_not_hatched() -> None:
    assert not photographs({"x": np.eye(30)}, signed=["x"]).figure.axes[0].collections


def test_pixels_are_drawn_as_they_are() -> None:
    image = np.random.default_rng(0).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    (drawn,) = photographs({"x": image}).figure.axes[0].images
    assert (drawn.get_array() == image).all()
    assert drawn.get_interpolation() == "nearest"
    assert photographs({"x": image}).alt.startswith("x, 6 by 8 by 3, values from")


def test_four_images_in_columns_of_two_make_two_rows_of_paper() -> None:
    def sizes(n: int) -> list[float]:
        images = {f"image {i}": np.eye(3) for i in range(n)}
        return list(photographs(images, columns=2, width=6).figure.get_size_inches())

    assert sizes(2) == pytest.approx([6, 3.25])
    assert sizes(4) == pytest.approx([6, 6.5])


@pytest.mark.parametrize("shape", [(9,), (3, 9, 9), (1, 3, 9, 9)])
def test_an_array_that_is_no_image_is_refused_by_name_and_shape(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"^cat has shape .*: give \(H, W\) or \(H, W, 3\)"):
        photographs({"cat": np.zeros(shape)})


@pytest.mark.parametrize("shape", [(9,), (2, 9, 9)])
def test_an_array_that_is_no_matrix_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"have shape .* so give two axes"):
        matrix(np.zeros(shape))


def test_a_matrix_names_its_axes_and_marks_its_blocks() -> None:
    (axes,) = matrix(np.eye(4), "T", rows="output", columns="input", block=(2, 2)).figure.axes
    assert (axes.get_ylabel(), axes.get_xlabel(), axes.get_title()) == ("output", "input", "T")
    assert len(axes.lines) == 6
    assert [t.get_text() for t in axes.get_xticklabels()] == ["0", "2"]
    assert axes.yaxis_inverted()


def test_a_matrix_is_hatched_on_its_negative_cells_and_no_others() -> None:
    (axes,) = matrix([[1, -1, 2], [0, 3, -2]]).figure.axes
    hatched = [c.get_paths()[0].get_extents() for c in axes.collections if c.get_hatch()]
    assert [(box.x0, box.y0, box.x1, box.y1) for box in hatched] == [(1, 0, 2, 1), (2, 1, 3, 2)]
