"""The convolution explorer's Python side: state, repr, checks, arithmetic against torch, and what shows without a front end."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.arithmetic.errors import LayerError, SettingError, ShapeError
from course.arithmetic.padding import PADDING_MODES
from course.widgets import ConvolutionExplorer
from course.widgets.page import page

SVG = "{http://www.w3.org/2000/svg}"
SPEC = ConvolutionExplorer.SPEC


def pair(low: int, high: int) -> Any:
    return st.integers(low, high) | st.tuples(st.integers(low, high), st.integers(low, high))


@st.composite
def stacks(draw: Any) -> dict[str, Any]:
    """An image of one to four channels, kernels, biases and groups; they may not fit together."""

    def matrix(height: int, width: int) -> Any:
        entry = st.integers(-9, 9) | st.sampled_from([0.5, -0.25, 2.0])
        return st.lists(st.lists(entry, min_size=width, max_size=width), min_size=height, max_size=height)

    inputs, outputs = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    size, kernel = draw(st.tuples(st.integers(1, 6), st.integers(1, 6))), draw(st.tuples(st.integers(1, 3), st.integers(1, 3)))  # fmt: skip
    per = draw(st.sampled_from([1, inputs]))
    return {
        "image": draw(st.lists(matrix(*size), min_size=inputs, max_size=inputs)),
        "kernel": [draw(st.lists(matrix(*kernel), min_size=per, max_size=per)) for _ in range(outputs)],
        "bias": draw(st.none() | st.integers(-9, 9) | st.lists(st.integers(-9, 9), max_size=4)),
        "groups": draw(st.sampled_from([1, 1, 2, 3, 4])),
        "selected": draw(pair(0, 6)),
        "pinned": draw(st.booleans()),
        "shown": draw(st.tuples(st.integers(0, 3), st.integers(0, 3))),
    }


@st.composite
def states(draw: Any) -> dict[str, Any]:
    return {
        **draw(stacks()),
        "stride": draw(pair(1, 4)),
        "padding": draw(pair(0, 4)),
        "dilation": draw(pair(1, 3)),
        "padding_mode": draw(st.sampled_from(PADDING_MODES)),
        "end_padding": draw(pair(0, 1)),
        "flip": draw(st.booleans()),
    }


def by_torch(line: str, image: Any, weight: Any, bias: Any) -> Any:
    """What the printed lines compute on an image, with the explorer's weights put in."""
    torch = pytest.importorskip("torch")
    space: dict[str, Any] = {"torch": torch, "nn": torch.nn, "F": torch.nn.functional}
    space["x"] = torch.tensor(image, dtype=torch.float64)[None]
    *before, last = line.split("\n")
    for one in before:
        exec(one, space)
    layer = eval(last.removeprefix("y = ").removesuffix("(x)") if before else last, space).double()
    with torch.no_grad():
        assert layer.weight.shape == torch.tensor(weight).shape
        layer.weight.copy_(torch.tensor(weight, dtype=torch.float64))
        assert (layer.bias is None) == (bias is None)
        if bias is not None:
            layer.bias.copy_(torch.tensor(bias, dtype=torch.float64))
        return layer(space["x"])[0].tolist(), sum(p.numel() for p in layer.parameters())


def value(text: str) -> float:
    """What a sum of the description amounts to; its fractions and minus signs are read as a person reads them."""
    found: float = eval(text.replace("−", "-").replace("·", "*").replace("bias ", ""))
    return found


def check_sums(explorer: Any, row: int, column: int) -> None:
    """Assert that the description writes the output at a place as sums that come to it, channel for channel."""
    line = next(one for one in explorer.description().splitlines() if "output[" in one)
    *channels, total = line.split("; ")
    place, *sums, end = total.split(" = ")
    assert place.removesuffix("]").endswith(f"{row}, {column}")
    assert value(sums[0]) == pytest.approx(value(end), abs=2e-3)
    layer = explorer.layer
    output = layer.shown[0]
    wanted = layer.sums(output, row, column)
    assert value(end) == pytest.approx(sum(wanted) + layer.bias(output), abs=1e-3)
    for channel, products, one in zip(layer.reads(output), channels, wanted, strict=False):
        name, rest = products.split(": ")
        assert name == f"channel {channel}"
        said, end = rest.split(" = ")
        assert value(said) == pytest.approx(one, abs=1e-9)
        assert value(end) == pytest.approx(one, abs=1e-3)


@settings(max_examples=120, deadline=None)
@given(states())
def test_any_state_survives_repr_json_and_both_fallbacks(arguments: dict[str, Any]) -> None:
    explorer = ConvolutionExplorer(**arguments)
    again = eval(repr(explorer), {"ConvolutionExplorer": ConvolutionExplorer})
    assert again.state == explorer.state
    assert ConvolutionExplorer.from_state(json.loads(json.dumps(explorer.state))).state == explorer.state
    words = explorer.description()
    assert ElementTree.fromstring(explorer.svg()).findtext(f"{SVG}desc") == words
    if not explorer.problem:
        rows, columns = len(explorer.output), len(explorer.output[0])
        assert f"give a {rows}×{columns} output" in words
        assert explorer.torch_line in words
        assert explorer.mend is None
        check_sums(explorer, *explorer.layer.place)
        return
    with pytest.raises(LayerError):
        _ = explorer.output
    assert explorer.problem in words
    assert explorer.mend
    for name, value in explorer.mend["patch"].items():
        setattr(explorer, name, value)
    assert explorer.problem is None


@settings(max_examples=120, deadline=None)
@given(states())
def test_the_printed_lines_of_torch_compute_the_same(arguments: dict[str, Any]) -> None:
    explorer = ConvolutionExplorer(**arguments)
    if explorer.problem:
        return
    layer = explorer.layer
    weight = [[layer.weights(o, i) for i in layer.reads(o)] for o in range(layer.out_channels)]
    bias = [layer.bias(o) for o in range(layer.out_channels)] if explorer.bias else None
    wanted, parameters = by_torch(explorer.torch_line, explorer.image, weight, bias)
    assert explorer.outputs == wanted
    assert layer.costs[0].endswith(f"= {parameters:,}")
    output = layer.shown[0]
    row, column = layer.place
    assert explorer.output == wanted[output]
    assert sum(explorer.channel_sums) + layer.bias(output) == wanted[output][row][column]


def test_the_worked_example_of_the_lecture() -> None:
    explorer = ConvolutionExplorer("rgb", "rgb", bias=1)
    assert explorer.channel_sums == [308, -498, 164]
    assert explorer.outputs == [[[-25]]]
    assert "output[0, 0] = 308 + −498 + 164 + bias 1 = −25" in explorer.description()
    assert explorer.state == ConvolutionExplorer.example("rgb").state
    assert repr(explorer) == "ConvolutionExplorer(image='rgb', kernel='rgb', bias=[1])"


@pytest.mark.parametrize("name", SPEC["examples"])
def test_every_example_can_be_computed(name: str) -> None:
    explorer = ConvolutionExplorer.example(name)
    assert explorer.problem is None
    assert explorer.torch_line in explorer.description()
    with pytest.raises(SettingError, match="example 'no' is not known: use one of rgb"):
        ConvolutionExplorer.example("no")


def test_same_and_valid_padding_become_numbers() -> None:
    def pads(explorer: ConvolutionExplorer) -> tuple[Any, Any]:
        return explorer.padding, explorer.end_padding

    assert pads(ConvolutionExplorer(padding="same")) == ((1, 1), (0, 0))
    assert pads(ConvolutionExplorer(kernel=[[1] * 5], padding="same", dilation=2)) == ((0, 4), (0, 0))
    assert pads(ConvolutionExplorer(padding="valid")) == ((0, 0), (0, 0))
    even = ConvolutionExplorer(kernel=[[1, 2], [3, 4]], padding="same")
    assert pads(even) == ((0, 0), (1, 1))
    assert even.torch_line == "nn.Conv2d(1, 1, kernel_size=2, padding='same', bias=False)"
    even.padding = "valid"
    assert pads(even) == ((0, 0), (0, 0))
    even.padding = "same"
    assert pads(even) == ((0, 0), (1, 1))
    even.stride = 2
    with pytest.raises(SettingError, match="padding 'same' needs stride 1"):
        even.padding = "same"


def test_one_matrix_serves_every_channel_and_every_group() -> None:
    blurred = ConvolutionExplorer("color", "gaussian", groups=3)
    assert blurred.torch_line == "nn.Conv2d(3, 3, kernel_size=3, groups=3, bias=False)"
    for channel, wanted in enumerate(blurred.outputs):
        assert ConvolutionExplorer(blurred.image[channel], "gaussian").output == wanted
    summed = ConvolutionExplorer("color", "gaussian")
    assert summed.output == [[sum(v) for v in zip(*rows, strict=True)] for rows in zip(*blurred.outputs, strict=True)]  # fmt: skip
    torch_shaped = [[[[1]], [[2]]], [[[3]], [[4]]]]  # C_out × C_in/g
    grouped = ConvolutionExplorer("four", torch_shaped, groups=2)
    assert [grouped.layer.weights(o, i) for o in (0, 1) for i in grouped.layer.reads(o)] == [
        [[1]],
        [[2]],
        [[3]],
        [[4]],
    ]


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"image": "cat"}, SettingError, "image 'cat' is not known: use numbers or one of digit, edge"),
        ({"image": [[1, 2], [3]]}, ShapeError, "row 1 of the image[0] has 1 numbers where row 0 has 2"),
        (
            {"image": [1, 2]},
            SettingError,
            "image[0] must be rows of numbers, such as [[0, 1], [1, 0]], got 1",
        ),
        ({"image": [[]]}, ShapeError, "the image[0] is empty"),
        ({"image": [[0] * 17]}, ShapeError, "the image[0] has 17 columns: the explorer takes 1 to 16"),
        ({"image": [[[0]]] * 5}, ShapeError, "image takes 1 to 4 values, got 5"),
        (
            {"kernel": [[float("nan")]]},
            SettingError,
            "kernel[0][0][0][0] must be a finite number, got not a number",
        ),
        ({"kernel": [["1"]]}, SettingError, "must be a finite number, got '1'"),
        ({"kernel": [[1e9]]}, SettingError, "must be at most 1000000 in the explorer, got 1000000000"),
        ({"stride": 9}, SettingError, "stride (height) must be at most 8 in the explorer, got 9"),
        ({"padding": (0, -1)}, SettingError, "padding (width) must be at least 0, got -1"),
        ({"padding": "full"}, SettingError, "padding 'full' is not known: use numbers, 'same' or 'valid'"),
        ({"padding": "same", "stride": 2}, SettingError, "padding 'same' needs stride 1"),
        ({"padding_mode": "mirror"}, SettingError, "padding_mode 'mirror' is not known: use one of zeros"),
        ({"selected": (-1, 0)}, SettingError, "selected (height) must be at least 0, got -1"),
        ({"flip": 1}, SettingError, "flip must be True or False, got 1"),
        ({"groups": 5}, SettingError, "groups must be at most 4 in the explorer, got 5"),
        ({"bias": "big"}, SettingError, "bias must be a list, got 'big'"),
        ({"shown": (0, 4)}, SettingError, "shown[1] must be at most 3 in the explorer, got 4"),
    ],
)
def test_errors_teach(arguments: dict[str, Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error) as caught:
        ConvolutionExplorer(**arguments)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("arguments", "words", "mend"),
    [
        ({"image": "color", "groups": 2}, "groups 2 does not divide in_channels 3: use one of", "groups 1"),
        ({"image": "four", "kernel": "blur3", "groups": 2}, "does not divide out_channels 3", "groups 1"),
        ({"dilation": 8}, "height: kernel 3 with dilation 8 spans 17, more than the input 7", "padding 5"),
        ({"padding": 8, "padding_mode": "reflect"}, "reflect padding 8 needs more than the 7", "padding 6"),
        (
            {"image": [[1]], "padding_mode": "reflect", "kernel": [[1, 2]]},
            "kernel 2 spans 2",
            "kernel size 1",
        ),
        (
            {"image": [[[1]], [[1, 2]]], "kernel": [[1]]},
            "one channel of the image is 1x2",
            "all channels of the image 1",
        ),
        ({"kernel": [[[[1]], [[1, 2]]]]}, "one channel of the kernel is 1x2", "all channels of the kernel 1"),
    ],
)
def test_what_does_not_fit_is_explained_and_mended(arguments: Any, words: str, mend: str) -> None:
    explorer = ConvolutionExplorer(**arguments)
    assert words in (explorer.problem or "")
    assert explorer.mend
    assert explorer.mend["words"] == mend
    assert words in explorer.description()
    assert ConvolutionExplorer.from_state({**explorer.state, **explorer.mend["patch"]}).problem is None


def test_assignments_are_held_to_the_same_rules() -> None:
    explorer = ConvolutionExplorer()
    with pytest.raises(SettingError, match="stride"):
        explorer.stride = 0
    assert explorer.stride == (1, 1)
    explorer.image = "edge"
    explorer.padding = "same"
    explorer.set_state({"kernel": [[[[1.0, 2.0]]]], "selected": [1, 2]})  # as the page sends it
    wanted = "ConvolutionExplorer(image='edge', kernel=[[[[1, 2]]]], padding=1, selected=(1, 2))"
    assert repr(explorer) == wanted
    explorer.kernel = [[1, 2]]
    assert repr(explorer) == wanted


def test_arrays_are_taken() -> None:
    numpy = pytest.importorskip("numpy")
    torch = pytest.importorskip("torch")
    explorer = ConvolutionExplorer(image=numpy.eye(4), kernel=numpy.array([[1, 1]], dtype=numpy.int8))
    assert explorer.image[0][0] == [1, 0, 0, 0]
    assert explorer.output[0] == [1, 0, 0]
    layer = torch.nn.Conv2d(4, 2, 3, groups=2)
    given = ConvolutionExplorer(
        numpy.ones((4, 5, 5)), layer.weight.detach(), bias=layer.bias.detach(), groups=2
    )
    wanted = layer(torch.ones(1, 4, 5, 5))[0].detach().tolist()
    assert given.outputs == pytest.approx(numpy.array(wanted), rel=1e-5, abs=1e-6)


def test_the_mimebundle_has_view_picture_and_words() -> None:
    explorer = ConvolutionExplorer(padding=1, stride=2, selected=(1, 2))
    data, _ = explorer._repr_mimebundle_()
    wanted = "a 7×7 input, a 3×3 kernel, stride 2, padding 1 (zeros), dilation 1, give a 4×4 output"
    assert wanted in data["text/plain"]
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
    assert hatches(ConvolutionExplorer([[0] * 6] * 6, stride=2)) == 6 + 6 - 1


def test_a_page_without_a_kernel_carries_the_state() -> None:
    assert '"image": [[[1, 1, 1, 0, 0]' in page(ConvolutionExplorer("binary", "checker"))
