"""The convolution explorer without a front end: a still picture and a description in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.arithmetic.padding import source_index
from course.widgets.convolution_model import Layer
from course.widgets.numbers import decimal, fraction
from course.widgets.still import (
    PADDED,
    Pane,
    given,
    kernel_pane,
    outputs_text,
    picture,
    sum_text,
    weights_text,
)
from course.widgets.svg import Cell, tint

if TYPE_CHECKING:
    from course.widgets.convolution import ConvolutionExplorer

__all__ = ["draw", "words"]


def _settings(explorer: ConvolutionExplorer) -> str:
    """Say the settings in one line."""
    parts = [f"{name} {explorer.argument(name)}" for name in ("stride", "padding", "dilation")]
    if any(explorer.end_padding):
        parts[1] += f" and {explorer.argument('end_padding')} more at the end"
    if any(explorer.padding) or any(explorer.end_padding):
        parts[1] += f" ({explorer.padding_mode})"
    if explorer.groups > 1:
        depthwise = explorer.groups == len(explorer.image)
        parts.append(f"{explorer.groups} groups" + (", depthwise" if depthwise else ""))
    return ", ".join(parts) + (", kernel turned by 180° (convolution)" if explorer.flip else "")


def _sum(layer: Layer) -> str:
    output, _ = layer.shown
    kernels = [layer.weights(output, i) for i in layer.reads(output)]
    return sum_text(layer, output, *layer.place, kernels, layer.taps(*layer.place))


def words(explorer: ConvolutionExplorer) -> str:
    """Describe the state: sizes, settings, the channels row by row, the selected output's sum."""
    image, kernel = explorer.image, explorer.kernel
    inputs, outputs = len(image), len(kernel)
    channels = f", {inputs} to {outputs} channels" if max(inputs, outputs) > 1 else ""
    head = (
        f"Convolution explorer: a {len(image[0])}×{len(image[0][0])} input, a {len(kernel[0][0])}×"
        f"{len(kernel[0][0][0])} kernel{channels}, {_settings(explorer)}"
    )
    if problem := explorer.problem:
        both = [*given("input", image), *given("kernel", [m for stack in kernel for m in stack])]
        return "\n".join([f"{head}. No output: {problem}.", *both])
    layer = explorer.layer
    rows, columns = layer.geometry.output_shape
    return "\n".join(
        [
            f"{head}, give a {rows}×{columns} output{' in each channel' if outputs > 1 else ''}.",
            f"height: {layer.size(0)}",
            f"width: {layer.size(1)}",
            *layer.costs,
            *given("input", image),
            *weights_text(layer),
            *outputs_text(layer.outputs),
            _sum(layer),
            layer.torch_line,
        ]
    )


def _input_pane(explorer: ConvolutionExplorer, layer: Layer | None) -> Pane:
    """The shown channel of the input with its padding, the window marked, what no window reads hatched."""
    channel = layer.shown[1] if layer else 0
    image = explorer.image[channel]
    h, w = len(image), len(image[0])
    largest = max(abs(v) for row in image for v in row)
    (top, bottom), (left, right) = layer.geometry.pads if layer else ((0, 0), (0, 0))
    marks = {tap.place for tap in layer.taps(*layer.place)} if layer else set()
    unread = (
        [set(one.tail + one.gaps) for one in map(layer.geometry.unread, (0, 1))] if layer else [set(), set()]
    )

    def cell(i: int, j: int) -> Cell:
        y, x = i - top, j - left
        row, column = (source_index(place, n, explorer.padding_mode) for place, n in ((y, h), (x, w)))
        value = 0 if row is None or column is None else image[row][column]
        outside = not (0 <= y < h and 0 <= x < w)
        return Cell(
            fraction(value),
            PADDED if outside else tint(value, largest, signed=False),
            padding=outside,
            unread=y in unread[0] or x in unread[1],
            marked=(y, x) in marks,
        )

    several = f", channel {channel} of {len(explorer.image)}" if len(explorer.image) > 1 else ""
    return Pane(f"input {h}×{w}{several}", h + top + bottom, w + left + right, cell)


def _output_pane(layer: Layer) -> Pane:
    """The shown channel of the output, the selected one marked."""
    output = layer.outputs[layer.shown[0]]
    largest = max(abs(v) for row in output for v in row)

    def cell(i: int, j: int) -> Cell:
        value = output[i][j]
        return Cell(decimal(value), tint(value, largest, signed=True), marked=(i, j) == layer.place)

    several = f", channel {layer.shown[0]} of {layer.out_channels}" if layer.out_channels > 1 else ""
    return Pane(f"output {len(output)}×{len(output[0])}{several}", len(output), len(output[0]), cell)


def draw(explorer: ConvolutionExplorer) -> str:
    """Draw input (with its padding), kernel and output side by side, the selected output's products ringed."""
    problem = explorer.problem
    layer = None if problem else explorer.layer
    output, channel = layer.shown if layer else (0, 0)
    kernel = layer.weights(output, channel) if layer else explorer.kernel[0][0]
    name = f"kernel {len(kernel)}×{len(kernel[0])}" + (", turned" if explorer.flip else "")
    if len(explorer.kernel) * len(explorer.image) > 1:
        name += f", {channel} → {output}"
    panes = [_input_pane(explorer, layer), kernel_pane(kernel, name)]
    lines: list[tuple[str, bool]] = []
    if layer:
        panes.append(_output_pane(layer))
        small = len(kernel) * len(kernel[0]) <= 9
        lines += [(line, True) for line in _sum(layer).split("; ") if small or line.startswith("output")]
        lines += [(f"height {layer.size(0)}", False), (f"width {layer.size(1)}", False)]
        lines += [(line, False) for line in (*layer.costs, *layer.torch_line.split("\n"))]
    title = f"Convolution explorer: {_settings(explorer)}"
    return picture(title, panes, "∗=" if explorer.flip else "⋆=", lines, problem, words(explorer))
