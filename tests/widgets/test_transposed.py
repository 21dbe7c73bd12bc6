"""The transposed explorer's Python side: state, repr, checks, arithmetic against torch, and what shows without a front end."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.arithmetic.errors import LayerError, SettingError
from course.widgets import TransposedExplorer
from course.widgets.transposed_still import chosen
from tests.widgets.test_convolution import by_torch, check_sums, pair, stacks

SVG = "{http://www.w3.org/2000/svg}"


@st.composite
def states(draw: Any) -> dict[str, Any]:
    return {
        **draw(stacks()),
        "stride": draw(pair(1, 4)),
        "padding": draw(pair(0, 3)),
        "output_padding": draw(pair(0, 2)),
        "dilation": draw(pair(1, 3)),
        "view": draw(st.sampled_from(["stamps", "stuffed"])),
        "so_far": draw(st.booleans()),
    }


@settings(max_examples=120, deadline=None)
@given(states())
def test_any_state_survives_repr_json_and_both_fallbacks(arguments: dict[str, Any]) -> None:
    explorer = TransposedExplorer(**arguments)
    again = eval(repr(explorer), {"TransposedExplorer": TransposedExplorer})
    assert again.state == explorer.state
    assert TransposedExplorer.from_state(json.loads(json.dumps(explorer.state))).state == explorer.state
    words = explorer.description()
    assert ElementTree.fromstring(explorer.svg()).findtext(f"{SVG}desc") == words
    if not explorer.problem:
        rows, columns = len(explorer.output), len(explorer.output[0])
        assert f"give a {rows}×{columns} output" in words
        assert explorer.torch_line in words
        assert explorer.mend is None
        check_sums(explorer, *chosen(explorer.layer))
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
def test_the_printed_line_of_torch_computes_the_same_in_either_view(arguments: dict[str, Any]) -> None:
    explorer = TransposedExplorer(**{**arguments, "so_far": False})
    if explorer.problem:
        return
    layer = explorer.layer
    size, per = layer.out_channels // explorer.groups, layer.in_channels // explorer.groups
    weight = [[layer.weights(i // per * size + o, i) for o in range(size)] for i in range(layer.in_channels)]
    bias = [layer.bias(o) for o in range(layer.out_channels)] if explorer.bias else None
    wanted, parameters = by_torch(explorer.torch_line, explorer.image, weight, bias)
    assert explorer.outputs == wanted
    assert layer.costs[0].endswith(f"= {parameters:,}")
    explorer.view = "stuffed" if explorer.view == "stamps" else "stamps"
    assert explorer.outputs == wanted


def test_stamps_so_far_add_up_to_the_whole() -> None:
    explorer = TransposedExplorer("small", "ones", so_far=True, selected=(2, 2))
    assert explorer.output == TransposedExplorer("small", "ones").output
    explorer.selected = (0, 0)
    assert sum(map(sum, explorer.output)) == 9
    explorer.view = "stuffed"  # has no stamps: everything
    assert explorer.output == TransposedExplorer("small", "ones").output


def test_checkerboards_are_named() -> None:
    assert "uneven, a checkerboard" in TransposedExplorer.example("checkerboard").description()
    assert "checkerboard" not in TransposedExplorer.example("even").description()
    words = TransposedExplorer("ones", "ones").description()
    assert "stamps on each row: 1 1 2 1 2 1 2 1 1" in words


def test_bilinear_upsampling_is_torchs_own() -> None:
    torch = pytest.importorskip("torch")
    explorer = TransposedExplorer("small", "bilinear", 2, 1)
    x = torch.tensor(explorer.image, dtype=torch.float64)[None]
    wanted = torch.nn.functional.interpolate(x, size=(5, 5), mode="bilinear", align_corners=True)
    assert explorer.outputs == wanted[0].tolist()


@pytest.mark.parametrize(
    ("arguments", "words", "mend"),
    [
        ({"output_padding": 2}, "height: output_padding 2 must be smaller than the stride 2", "output padding 1"),
        ({"padding": 8}, "height: padding 8 crops all of the transposed convolution's 7 positions", "padding 3"),
        ({"image": [[1] * 16] * 16, "stride": (2, 8)}, "width: the picture would be 125 long", "stride 2"),
        ({"image": "color", "groups": 2}, "groups 2 does not divide in_channels 3", "groups 1"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_explained_and_mended(arguments: Any, words: str, mend: str) -> None:
    explorer = TransposedExplorer(**arguments)
    assert words in (explorer.problem or "")
    assert explorer.mend
    assert explorer.mend["words"] == mend
    assert TransposedExplorer.from_state({**explorer.state, **explorer.mend["patch"]}).problem is None


def test_errors_teach() -> None:
    with pytest.raises(SettingError, match="view 'scatter' is not known: use one of stamps, stuffed"):
        TransposedExplorer(view="scatter")
    with pytest.raises(
        SettingError, match=r"output_padding \(height\) must be at most 7 in the explorer, got 8"
    ):
        TransposedExplorer(output_padding=8)


def test_the_picture_rings_the_stamp_and_crosses_out_what_is_cropped() -> None:
    def drawn(explorer: TransposedExplorer) -> tuple[int, int]:
        drawing = ElementTree.fromstring(explorer.svg())
        rings = sum(r.get("fill") == "none" for r in drawing.iter(f"{SVG}rect"))
        return rings, [element.text for element in drawing.iter(f"{SVG}text")].count("×")

    assert drawn(TransposedExplorer("small", "ones")) == (1 + 9, 0)
    assert drawn(TransposedExplorer("small", "ones", padding=1)) == (1 + 9, 7 * 7 - 5 * 5)
    assert drawn(TransposedExplorer("small", "ones", view="stuffed")) == (9 + 1, 0)
