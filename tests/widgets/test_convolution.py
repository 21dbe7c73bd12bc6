"""The explorer's Python side: state, repr, checks, arithmetic, and the fallbacks without a front end."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.arithmetic.errors import LayerError, SettingError, ShapeError
from course.widgets import ConvolutionExplorer
from course.widgets.convolution import IMAGES, KERNELS, MODES
from course.widgets.page import page

SVG = "{http://www.w3.org/2000/svg}"


@st.composite
def states(draw: Any) -> dict[str, Any]:
    def matrix(most: int) -> Any:
        entry = st.integers(-9, 9) | st.sampled_from([0.5, -0.25, 1 / 9, 2.0])
        width = draw(st.integers(1, most))
        return st.lists(st.lists(entry, min_size=width, max_size=width), min_size=1, max_size=most)

    def pair(low: int, high: int) -> Any:
        return st.integers(low, high) | st.tuples(st.integers(low, high), st.integers(low, high))

    return {
        "image": draw(st.sampled_from([*IMAGES]) | matrix(6)),
        "kernel": draw(st.sampled_from([*KERNELS]) | matrix(4)),
        "stride": draw(pair(1, 4)),
        "padding": draw(pair(0, 4)),
        "dilation": draw(pair(1, 3)),
        "padding_mode": draw(st.sampled_from(MODES)),
        "flip": draw(st.booleans()),
        "selected": draw(pair(0, 6)),
        "pinned": draw(st.booleans()),
    }


@settings(max_examples=80, deadline=None)
@given(states())
def test_any_state_survives_repr_json_and_both_fallbacks(arguments: dict[str, Any]) -> None:
    explorer = ConvolutionExplorer(**arguments)
    again = eval(repr(explorer), {"ConvolutionExplorer": ConvolutionExplorer})
    assert again.state == explorer.state
    assert ConvolutionExplorer.from_state(json.loads(json.dumps(explorer.state))).state == explorer.state
    drawing = ElementTree.fromstring(explorer.svg())
    words = explorer.description()
    assert drawing.findtext(f"{SVG}desc") == words
    if explorer.problem:
        with pytest.raises(LayerError):
            _ = explorer.output
        assert explorer.problem in words
    else:
        rows, columns = len(explorer.output), len(explorer.output[0])
        assert f"give a {rows}×{columns} output" in words
        assert explorer.torch_line in words


def test_output_is_that_of_torch_with_the_line_it_prints() -> None:
    torch = pytest.importorskip("torch")
    explorer = ConvolutionExplorer(
        "digit", "sharpen", stride=(2, 1), padding=(1, 2), dilation=(1, 2), padding_mode="circular"
    )
    layer = eval(explorer.torch_line, {"nn": torch.nn})
    with torch.no_grad():
        layer.weight[0, 0] = torch.tensor(explorer.kernel)
        wanted = layer(torch.tensor(explorer.image, dtype=torch.float32)[None, None])[0, 0].tolist()
    assert explorer.output == wanted
    explorer.flip = True
    with torch.no_grad():
        layer.weight[0, 0] = torch.tensor(explorer.kernel).flip(0, 1)
        assert (
            explorer.output
            == layer(torch.tensor(explorer.image, dtype=torch.float32)[None, None])[0, 0].tolist()
        )


def test_same_and_valid_padding_become_numbers() -> None:
    assert ConvolutionExplorer(padding="same").padding == (1, 1)
    assert ConvolutionExplorer(kernel=[[1] * 5], padding="same", dilation=2).padding == (0, 4)
    assert ConvolutionExplorer(padding="valid").padding == (0, 0)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        (
            {"image": "cat"},
            SettingError,
            "image 'cat' is not known: use rows of numbers or one of digit, edge",
        ),
        ({"image": [[1, 2], [3]]}, ShapeError, "row 1 of the image has 1 numbers where row 0 has 2"),
        (
            {"image": [1, 2]},
            SettingError,
            "image must be rows of numbers, such as [[0, 1], [1, 0]], got [1, 2]",
        ),
        ({"image": [[]]}, ShapeError, "the image is empty"),
        ({"image": [[0] * 17]}, SettingError, "the image is 1x17, more than the 16x16 that fit"),
        ({"kernel": [[float("nan")]]}, SettingError, "kernel holds nan: every entry must be a finite number"),
        ({"kernel": [["1"]]}, SettingError, "kernel holds '1': every entry must be a finite number"),
        ({"kernel": [[1e9]]}, SettingError, "every entry must lie between"),
        ({"stride": 9}, SettingError, "stride (height) must be at most 8 in the explorer, got 9"),
        ({"padding": (0, -1)}, SettingError, "padding (width) must be at least 0, got -1"),
        ({"padding": "full"}, SettingError, "padding 'full' is not known: use numbers, 'same' or 'valid'"),
        ({"padding": "same", "stride": 2}, SettingError, "padding 'same' needs stride 1"),
        ({"padding": "same", "kernel": [[1, 1]]}, SettingError, "use an odd kernel"),
        ({"padding_mode": "mirror"}, SettingError, "padding_mode 'mirror' is not known: use one of zeros"),
        ({"selected": (-1, 0)}, SettingError, "selected (height) must be at least 0, got -1"),
        ({"flip": 1}, SettingError, "flip must be True or False, got 1"),
    ],
)
def test_errors_teach(arguments: dict[str, Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error) as caught:
        ConvolutionExplorer(**arguments)
    assert words in str(caught.value)


def test_assignments_are_held_to_the_same_rules() -> None:
    explorer = ConvolutionExplorer()
    with pytest.raises(SettingError, match="stride"):
        explorer.stride = 0
    assert explorer.stride == (1, 1)
    explorer.image = "edge"
    explorer.padding = "same"
    explorer.set_state({"kernel": [[1.0, 2.0]], "selected": [1, 2]})  # as the page sends it
    assert repr(explorer) == "ConvolutionExplorer(image='edge', kernel=[[1, 2]], padding=1, selected=(1, 2))"
    with pytest.raises(ValueError, match="has no state named 'strides'"):
        ConvolutionExplorer.from_state({"strides": 2})


def test_arrays_are_taken() -> None:
    numpy = pytest.importorskip("numpy")
    explorer = ConvolutionExplorer(image=numpy.eye(4), kernel=numpy.array([[1, 1]], dtype=numpy.int8))
    assert explorer.image[0] == [1, 0, 0, 0]
    assert explorer.output[0] == [1, 0, 0]


def test_the_mimebundle_has_view_picture_and_words() -> None:
    explorer = ConvolutionExplorer(padding=1, stride=2, selected=(1, 2))
    data, _ = explorer._repr_mimebundle_()
    assert set(data) == {"application/vnd.jupyter.widget-view+json", "image/svg+xml", "text/plain"}
    assert (
        "a 7×7 input, a 3×3 kernel, stride 2, padding 1 (zeros), dilation 1, give a 4×4 output"
        in data["text/plain"]
    )
    drawing = ElementTree.fromstring(data["image/svg+xml"])
    texts = [element.text for element in drawing.iter(f"{SVG}text")]
    for value in (v for row in explorer.output for v in row):
        assert str(value).replace("-", "−") in texts
    rings = [r for r in drawing.iter(f"{SVG}rect") if r.get("fill") == "none"]
    assert len(rings) == 9 + 1  # the window's nine places and the output


def test_the_picture_hatches_what_is_never_read() -> None:
    def hatches(explorer: ConvolutionExplorer) -> int:
        return len(list(ElementTree.fromstring(explorer.svg()).iter(f"{SVG}path")))

    assert hatches(ConvolutionExplorer()) == 0
    six = [[0] * 6 for _ in range(6)]
    assert hatches(ConvolutionExplorer(six, stride=2)) == 6 + 6 - 1


def test_nbconvert_and_a_page_without_a_kernel() -> None:
    nbformat = pytest.importorskip("nbformat")
    nbconvert = pytest.importorskip("nbconvert")
    explorer = ConvolutionExplorer("binary", "checker")
    data, metadata = explorer._repr_mimebundle_()
    output = nbformat.v4.new_output("display_data", data=data, metadata=metadata)
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("w", outputs=[output])])
    html, _ = nbconvert.HTMLExporter().from_notebook_node(notebook)
    assert "data:image/svg+xml;base64," in html
    assert "widget-view" not in html
    assert '"image": [[1, 1, 1, 0, 0]' in page(explorer)
