"""The one-dimensional explorer's Python side: state, repr, arithmetic against torch, and the fallbacks."""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.arithmetic.errors import LayerError, SettingError, ShapeError
from course.widgets import Convolution1dExplorer
from course.widgets.convolution1d_model import mend
from course.widgets.explorer import load

SVG = "{http://www.w3.org/2000/svg}"
SPEC = load("convolution1d")
FIELDS = SPEC["state"]


@st.composite
def states(draw: Any) -> dict[str, Any]:
    entry = st.integers(-9, 9) | st.sampled_from([0.5, -0.25, 1 / 3])

    def option(name: str) -> Any:
        return draw(st.sampled_from([*FIELDS[name]["options"]]))

    return {
        "signal": draw(st.sampled_from([*SPEC["signals"]]) | st.lists(entry, min_size=1, max_size=12)),
        "taps": draw(st.sampled_from([*SPEC["kernels"]]) | st.lists(entry, min_size=1, max_size=6)),
        "operation": option("operation"),
        "padding": option("padding"),
        "amount": draw(st.integers(0, 6)),
        "padding_mode": option("padding_mode"),
        "stride": draw(st.integers(1, 3)),
        "dilation": draw(st.integers(1, 3)),
        "transpose": draw(st.booleans()),
        "names": draw(st.booleans()),
        "selected": draw(st.integers(0, 20)),
        "pinned": draw(st.booleans()),
    }


@settings(max_examples=100, deadline=None)
@given(states())
def test_any_state_survives_repr_json_and_both_fallbacks(arguments: dict[str, Any]) -> None:
    explorer = Convolution1dExplorer(**arguments)
    again = eval(repr(explorer), {"Convolution1dExplorer": Convolution1dExplorer})
    assert again.state == explorer.state
    assert Convolution1dExplorer.from_state(json.loads(json.dumps(explorer.state))).state == explorer.state
    drawing = ElementTree.fromstring(explorer.svg())
    words = explorer.description()
    assert drawing.findtext(f"{SVG}desc") == words
    if explorer.problem:
        with pytest.raises(LayerError):
            _ = explorer.output
        assert explorer.problem in words
        mended = Convolution1dExplorer.from_state({**explorer.state, **mend(explorer.state)})
        assert mended.problem is None
        assert (mended.signal, mended.taps) == (explorer.signal, explorer.taps)
    else:
        assert mend(explorer.state) == {}
        assert f"give {len(explorer.output)} outputs" in words
        assert words.endswith(explorer.torch_line)


@settings(max_examples=150, deadline=None)
@given(states())
def test_every_line_of_torch_computes_what_is_shown(arguments: dict[str, Any]) -> None:
    torch = pytest.importorskip("torch")
    explorer = Convolution1dExplorer(**arguments)
    if explorer.problem:
        return
    x = torch.tensor(explorer.signal, dtype=torch.float64)[None, None].requires_grad_()
    w = torch.tensor(explorer.taps, dtype=torch.float64)[None, None]
    names = {"torch": torch, "nn": torch.nn, "F": torch.nn.functional, "x": x, "w": w}
    close = {"rtol": 1e-12, "atol": 1e-12}
    y = eval(explorer.torch_line, names)
    torch.testing.assert_close(y[0, 0], torch.tensor(explorer.output, dtype=torch.float64), **close)
    layer_line = explorer.derived["layer"]
    assert bool(layer_line) == (explorer.padding_mode != "symmetric" or not sum(explorer.derived["sides"]))
    if layer_line:
        layer = eval(layer_line, names).double()
        lying = w.flip(-1) if explorer.operation == "convolution" else w
        with torch.no_grad():
            next(layer.parameters()).copy_(lying)
        torch.testing.assert_close(layer(x), y, **close)
    back = eval(explorer.derived["transposed_line"], {**names, "y": y.detach()})
    wanted = torch.tensor(explorer.transposed_output, dtype=torch.float64)
    torch.testing.assert_close(back[0, 0], wanted, rtol=1e-12, atol=1e-10)
    (gradient,) = torch.autograd.grad(0.5 * (eval(explorer.torch_line, names) ** 2).sum(), x)
    torch.testing.assert_close(gradient[0, 0], wanted, rtol=1e-12, atol=1e-10)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"signal": "cat"}, SettingError, "signal 'cat' is not known: use numbers or one of step, impulse"),
        ({"taps": []}, ShapeError, "taps takes 1 to 12 values, got 0"),
        ({"signal": [0] * 25}, ShapeError, "signal takes 1 to 24 values, got 25"),
        ({"taps": [float("nan")]}, SettingError, "taps[0] must be a finite number, got not a number"),
        ({"taps": [1, 2000]}, SettingError, "taps[1] must be at most 1000 in the explorer, got 2000"),
        ({"stride": 7}, SettingError, "stride must be at most 6 in the explorer, got 7"),
        (
            {"padding": 3},
            SettingError,
            "padding 3 is not known: use one of valid, same, full, causal, number",
        ),
        ({"operation": "flip"}, SettingError, "operation 'flip' is not known"),
        ({"names": 1}, SettingError, "names must be True or False, got 1"),
    ],
)
def test_errors_teach(arguments: dict[str, Any], error: type[Exception], words: str) -> None:
    with pytest.raises(error) as caught:
        Convolution1dExplorer(**arguments)
    assert words in str(caught.value)


def test_the_presets_are_what_their_names_say() -> None:
    taps = {name: preset["values"] for name, preset in SPEC["kernels"].items()}
    assert sum(taps["average"]) == pytest.approx(1)
    assert taps["gaussian"] == [v / 16 for v in (1, 4, 6, 4, 1)]
    assert taps["decay"] == [2.0**-i for i in range(4)]
    ramp = Convolution1dExplorer("ramp", "second").output
    assert [v for v in ramp if v] == [1, -1]  # a second difference is zero but where the slope changes
    step = Convolution1dExplorer("step", "difference").output
    assert [v for v in step if v] == [1]
    late = Convolution1dExplorer("pulses", "delay", "convolution", "causal")
    assert late.output == [0, 0, *late.signal[:-2]]


def test_the_picture_shows_the_padding_and_what_is_never_read() -> None:
    def count(explorer: Convolution1dExplorer, key: str) -> int:
        found = ElementTree.fromstring(explorer.svg()).iter(f"{SVG}rect" if key == "dash" else f"{SVG}path")
        return sum(1 for e in found if key != "dash" or e.get("stroke-dasharray"))

    assert count(Convolution1dExplorer(padding="full"), "dash") == 6
    plain, strided = Convolution1dExplorer(), Convolution1dExplorer(stride=3, taps=[1, 2])
    assert strided.derived["tail"] or strided.derived["gaps"]
    stems = len(plain.signal) + len(plain.output) + 2
    assert count(plain, "path") == stems
    hatched = len(strided.derived["tail"]) + len(strided.derived["gaps"])
    assert count(strided, "path") == 2 + len(strided.signal) + len(strided.output) + hatched
