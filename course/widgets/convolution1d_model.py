"""Everything that the one-dimensional explorer computes from its state; ``js/convolution1d_model.js`` does the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from course.arithmetic.axis import span
from course.arithmetic.correlate1d import (
    Sliding1d,
    convolve1d,
    correlate1d,
    multiply,
    padding1d,
    toeplitz,
    transposed,
)
from course.arithmetic.errors import LayerError

__all__ = ["compute", "layer_line", "mend", "slide", "swapped", "torch_line", "transposed_line", "weights"]

State = Mapping[str, Any]

MODULES = {"zeros": "ConstantPad1d", "reflect": "ReflectionPad1d", "replicate": "ReplicationPad1d"}
#: The most that the view offers as a number of padding.
MOST = 12


def weights(state: State) -> list[float]:
    """Return the taps as they lie on the signal: in reverse for a convolution.

    >>> weights({"taps": [1, 2, 3], "operation": "convolution"})
    [3, 2, 1]
    """
    taps = list(state["taps"])
    return taps[::-1] if state["operation"] == "convolution" else taps


def slide(state: State) -> Sliding1d:
    """Return the arithmetic of a state.

    Raises:
        LayerError: settings that do not fit together.
    """
    padding = state["amount"] if state["padding"] == "number" else state["padding"]
    return Sliding1d(
        len(state["signal"]),
        len(state["taps"]),
        state["stride"],
        padding,
        state["dilation"],
        state["padding_mode"],
    )


def mend(state: State) -> dict[str, Any]:
    """Return the smallest change of settings that makes them fit; nothing where they do.

    >>> mend({"signal": [1, 2], "taps": [1] * 3, "padding": "valid", "amount": 1, "padding_mode": "zeros", "stride": 1, "dilation": 1})
    {'padding': 'number', 'amount': 1}
    """
    try:
        slide(state)
    except LayerError:
        pass
    else:
        return {}
    n, reach = len(state["signal"]), span(len(state["taps"]), state["dilation"])
    if state["padding"] == "same" and state["stride"] > 1:
        return {"stride": 1, **mend({**state, "stride": 1})}
    short = (reach - n + 1) // 2
    if (
        state["padding"] in ("valid", "number")
        and 2 * state["amount"] * (state["padding"] == "number") < reach - n
    ):
        patch = {"padding": "number", "amount": short} if short <= MOST else {"padding": "full"}
        return {**patch, **mend({**state, **patch})}
    return {"padding_mode": "replicate"}


def _dilated(taps: Sequence[float], dilation: int) -> list[float]:
    """Return the taps with the zeros that dilation stands for between them."""
    wide: list[float] = [0] * span(len(taps), dilation)
    wide[::dilation] = taps
    return wide


def swapped(state: State) -> dict[str, Any]:
    """Return what signal and taps give in full at stride 1, and with their roles exchanged.

    Convolution gives the same; correlation gives the same backwards.

    >>> swapped({"signal": [1, 2], "taps": [3, 4], "operation": "convolution", "dilation": 1})
    {'ours': [3, 10, 8], 'theirs': [3, 10, 8]}
    >>> swapped({"signal": [1, 2], "taps": [3, 4], "operation": "correlation", "dilation": 1})
    {'ours': [4, 11, 6], 'theirs': [6, 11, 4]}
    """
    x, w = state["signal"], _dilated(state["taps"], state["dilation"])
    combine = convolve1d if state["operation"] == "convolution" else correlate1d
    return {"ours": combine(x, w, padding="full"), "theirs": combine(w, x, padding="full")}


def _settings(state: State, padding: str) -> str:
    """Return ``, stride=2, padding=1, dilation=3`` without what is usual."""
    given = [padding] if padding else []
    if state["stride"] > 1:
        given.insert(0, f"stride={state['stride']}")
    if state["dilation"] > 1:
        given.append(f"dilation={state['dilation']}")
    return "".join(f", {one}" for one in given)


def _sides(state: State) -> tuple[int, int]:
    """Return the padding (before, after), also where it cannot be filled."""
    padding = state["amount"] if state["padding"] == "number" else state["padding"]
    return padding1d(padding, len(state["taps"]), 1, state["dilation"])


def _plain_padding(state: State) -> str | None:
    """Return the padding as ``nn.Conv1d`` itself takes it, or None where it takes none such."""
    before, after = _sides(state)
    if before != after and state["padding"] != "same":
        return None
    if state["padding_mode"] == "symmetric" and before + after:
        return None
    if before + after == 0:
        return ""
    return "padding='same'" if state["padding"] == "same" else f"padding={before}"


def torch_line(state: State) -> str:
    """Return the expression of torch that computes a state from ``x`` (1, 1, N) and ``w`` (1, 1, K).

    >>> state = {"signal": [0] * 9, "taps": [1, 2, 3], "operation": "convolution", "padding": "causal", "amount": 1}
    >>> torch_line({**state, "padding_mode": "zeros", "stride": 1, "dilation": 2})
    'F.conv1d(F.pad(x, (4, 0)), w.flip(-1), dilation=2)'
    >>> torch_line({**state, "padding": "same", "padding_mode": "zeros", "stride": 1, "dilation": 1})
    "F.conv1d(x, w.flip(-1), padding='same')"
    """
    before, after = _sides(state)
    mode, kernel = state["padding_mode"], "w.flip(-1)" if state["operation"] == "convolution" else "w"
    plain = _plain_padding(state)
    if plain is not None and (mode == "zeros" or not before + after):
        return f"F.conv1d(x, {kernel}{_settings(state, plain)})"
    padded = f"F.pad(x, ({before}, {after}){'' if mode == 'zeros' else f', mode={mode!r}'})"
    if mode == "symmetric":  # torch has no such mode: the ends are put there in reverse
        parts = [f"x[..., :{before}].flip(-1)"] if before else []
        parts += ["x", *([f"x[..., {len(state['signal']) - after}:].flip(-1)"] if after else [])]
        padded = f"torch.cat([{', '.join(parts)}], -1)"
    return f"F.conv1d({padded}, {kernel}{_settings(state, '')})"


def layer_line(state: State) -> str:
    """Return the layer of torch for a state, without its weights, or "" where no layer pads so.

    >>> state = {"signal": [0] * 9, "taps": [1, 2, 3], "padding": "causal", "amount": 1, "stride": 1, "dilation": 1}
    >>> layer_line({**state, "padding_mode": "zeros"})
    'nn.Sequential(nn.ConstantPad1d((2, 0), 0), nn.Conv1d(1, 1, kernel_size=3, bias=False))'
    >>> layer_line({**state, "padding": "same", "padding_mode": "reflect"})
    "nn.Conv1d(1, 1, kernel_size=3, padding='same', bias=False, padding_mode='reflect')"
    """
    before, after = _sides(state)
    mode, plain = state["padding_mode"], _plain_padding(state)
    conv = f"nn.Conv1d(1, 1, kernel_size={len(state['taps'])}"
    if plain is not None:
        named = f", padding_mode={mode!r}" if mode != "zeros" and before + after else ""
        return f"{conv}{_settings(state, plain)}, bias=False{named})"
    if mode == "symmetric":
        return ""
    module = MODULES.get(mode, "CircularPad1d")
    sides = f"({before}, {after}), 0" if mode == "zeros" else f"({before}, {after})"
    return f"nn.Sequential(nn.{module}({sides}), {conv}{_settings(state, '')}, bias=False))"


def transposed_line(state: State) -> str:
    """Return the line of torch that multiplies ``y`` by the transposed matrix.

    A padding of zeros crops in the transposed convolution, and ``output_padding`` gives back what the floor cut off; a
    padding of copies has no such layer, and there backpropagation itself is the line.

    >>> state = {"signal": [0] * 6, "taps": [1, 2, 3], "operation": "correlation", "padding": "number", "amount": 1}
    >>> transposed_line({**state, "padding_mode": "zeros", "stride": 2, "dilation": 1})
    'F.conv_transpose1d(y, w, stride=2, padding=1, output_padding=1)'
    """
    line = torch_line(state)
    before, after = _sides(state)
    sliding = slide(state)
    tail = len(sliding.unread[0])
    if before != after or (state["padding_mode"] != "zeros" and before):
        return f"torch.autograd.grad({line}, x, grad_outputs=y)[0]"
    kernel = "w.flip(-1)" if state["operation"] == "convolution" else "w"
    padding = ", ".join([f"padding={before}"] * bool(before) + [f"output_padding={tail}"] * bool(tail))
    return f"F.conv_transpose1d(y, {kernel}{_settings(state, padding)})"


def size_formula(sliding: Sliding1d) -> str:
    """Write the size formula with the numbers put in, and what the floor leaves unread.

    >>> size_formula(Sliding1d(6, 3, stride=2))
    '⌊(6 + 0 + 0 − 1·(3 − 1) − 1)/2⌋ + 1 = ⌊3/2⌋ + 1 = 2; the floor leaves 1 value unread'
    """
    n, k, s, d = sliding.length, sliding.kernel_size, sliding.stride, sliding.dilation
    before, after = sliding.sides
    room = n + before + after - span(k, d)
    line = f"⌊({n} + {before} + {after} − {d}·({k} − 1) − 1)/{s}⌋ + 1 = ⌊{room}/{s}⌋ + 1 = {sliding.output_length}"
    tail = room % s
    return line + (f"; the floor leaves {tail} value{'s' if tail > 1 else ''} unread" if tail else "")


def structure(matrix: Sequence[Sequence[float]]) -> dict[str, bool]:
    """Tell whether a matrix is constant along its diagonals, and along diagonals that go on at the other side.

    >>> structure([[1, 2, 0], [0, 1, 2]]), structure([[1, 2, 0], [0, 1, 2], [2, 0, 1]])
    ({'toeplitz': True, 'circulant': False}, {'toeplitz': True, 'circulant': True})
    """
    rows, columns = len(matrix), len(matrix[0])
    return {
        "toeplitz": all(
            matrix[i][j] == matrix[i - 1][j - 1] for i in range(1, rows) for j in range(1, columns)
        ),
        "circulant": rows == columns
        and all(matrix[i][j] == matrix[i - 1][j - 1] for i in range(1, rows) for j in range(columns)),
    }


def compute(state: State) -> dict[str, Any]:
    """Return all of it: problem and mend, or sizes, output, matrix, its transpose times the output, and lines to copy."""
    try:
        sliding = slide(state)
    except LayerError as error:
        return {"problem": str(error), "mend": mend(state)}
    w = weights(state)
    matrix = toeplitz(sliding, w)
    output = correlate1d(
        state["signal"],
        w,
        stride=sliding.stride,
        padding=sliding.padding,
        dilation=sliding.dilation,
        padding_mode=sliding.padding_mode,
    )
    tail, gaps = sliding.unread
    return {
        "problem": None,
        "sides": list(sliding.sides),
        "weights": w,
        "taps": [[list(tap) for tap in sliding.taps(o)] for o in range(sliding.output_length)],
        "tail": list(tail),
        "gaps": list(gaps),
        "size": size_formula(sliding),
        "output": output,
        "matrix": matrix,
        "back": multiply(transposed(matrix), output),
        "swapped": swapped(state),
        "line": torch_line(state),
        "layer": layer_line(state),
        "transposed_line": transposed_line(state),
        **structure(matrix),
    }
