"""The transposed explorer without a front end: a still picture and a description in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from course.arithmetic.correlate import Pair, rotate180
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
from course.widgets.transposed_model import Layer

if TYPE_CHECKING:
    from course.widgets.transposed import TransposedExplorer

__all__ = ["chosen", "draw", "words"]


def chosen(layer: Layer) -> Pair:
    """Return the output whose products are written out: the selected one, or the first that the selected input stamps."""
    if not layer.stamps:
        return layer.place
    kept = [tap.source for tap in layer.geometry.stamp(*layer.place) if tap.source]
    return kept[0] if kept else (0, 0)


def _settings(explorer: TransposedExplorer) -> str:
    """Say the settings in one line."""
    names = ("stride", "padding", "output_padding", "dilation")
    parts = [f"{name} {explorer.argument(name)}" for name in names]
    if explorer.groups > 1:
        parts.append(f"{explorer.groups} groups")
    return ", ".join(parts)


def _sum(layer: Layer) -> str:
    """Write the chosen output with the products that are stamped on it; the zeros put between add nothing."""
    output, _ = layer.shown
    row, column = chosen(layer)
    kernels = [rotate180(layer.weights(output, i)) for i in layer.reads(output)]
    taps = [tap for tap in layer.taps(row, column) if tap.source is not None]
    return sum_text(layer, output, row, column, kernels, taps)


def words(explorer: TransposedExplorer) -> str:
    """Describe the state: sizes, settings, the channels row by row, stamps, the selected output's sum."""
    image, kernel = explorer.image, explorer.kernel
    inputs, outputs = len(image), len(kernel)
    channels = f", {inputs} to {outputs} channels" if max(inputs, outputs) > 1 else ""
    way = "each input stamps the kernel" if explorer.view == "stamps" else "zeros put between the inputs"
    head = (
        f"Transposed convolution explorer, {way}: a {len(image[0])}×{len(image[0][0])} input, a {len(kernel[0][0])}×"
        f"{len(kernel[0][0][0])} kernel{channels}, {_settings(explorer)}"
    )
    if problem := explorer.problem:
        both = [*given("input", image), *given("kernel", [m for stack in kernel for m in stack])]
        return "\n".join([f"{head}. No output: {problem}.", *both])
    layer = explorer.layer
    rows, columns = layer.geometry.output_shape
    overlaps = layer.overlaps
    counts = [" ".join(map(str, overlaps[name])) for name in ("rows", "columns")]
    lines = [
        f"{head}, give a {rows}×{columns} output{' in each channel' if outputs > 1 else ''}.",
        f"height: {layer.size(0)}",
        f"width: {layer.size(1)}",
        *layer.costs,
        *given("input", image),
        *weights_text(layer),
        *outputs_text(layer.outputs, ", the stamps so far" if explorer.so_far and layer.stamps else ""),
        f"stamps on each row: {counts[0]}; on each column: {counts[1]}"
        + ("" if overlaps["even"] else "; uneven, a checkerboard"),
    ]
    if layer.stamps:
        places = [str(tap.source) for tap in layer.geometry.stamp(*layer.place) if tap.source]
        lines.append(f"input {layer.place} stamps outputs {', '.join(places) or 'that are all cropped'}")
    else:
        around = [layer.geometry.stuffed(axis)[1:] for axis in (0, 1)]
        lines.append(
            f"zeros around: {around[0]} above and below, {around[1]} left and right; fewer than 0 crop"
        )
    return "\n".join([*lines, _sum(layer), layer.torch_line])


def _input_pane(explorer: TransposedExplorer, layer: Layer | None) -> Pane:
    """The shown channel of the input: as it is, or with zeros between and around."""
    channel = layer.shown[1] if layer else 0
    image = explorer.image[channel]
    h, w = len(image), len(image[0])
    largest = max(abs(v) for row in image for v in row)
    stuffed = layer is not None and not layer.stamps
    strides, (top, left), (rows, columns) = (1, 1), (0, 0), (h, w)
    marks = {layer.place} if layer else set()
    if layer and stuffed:
        marks = {tap.place for tap in layer.taps(*layer.place)}
        strides = layer.pair("stride")
        sizes = [
            (n, max(0, before), max(0, after)) for n, before, after in map(layer.geometry.stuffed, (0, 1))
        ]
        (top, left), (rows, columns) = (sizes[0][1], sizes[1][1]), (sum(sizes[0]), sum(sizes[1]))

    def cell(i: int, j: int) -> Cell:
        y, x = i - top, j - left
        row, column = y // strides[0], x // strides[1]
        put = y % strides[0] or x % strides[1] or not (0 <= row < h and 0 <= column < w)
        value = 0 if put else image[row][column]
        fill = PADDED if put else tint(value, largest, signed=False)
        return Cell(fraction(value), fill, padding=bool(put), marked=(y, x) in marks)

    several = f", channel {channel} of {len(explorer.image)}" if len(explorer.image) > 1 else ""
    return Pane(f"input {h}×{w}{several}{', zeros between' if stuffed else ''}", rows, columns, cell)


def _output_pane(layer: Layer) -> Pane:
    """The shown channel of the output; where stamps are shown, with what padding crops from it."""
    output = layer.outputs[layer.shown[0]]
    rows, columns = layer.geometry.output_shape
    largest = max(abs(v) for row in output for v in row)
    marks, (top, left), (tall, wide) = {layer.place}, (0, 0), (rows, columns)
    if layer.stamps:
        marks = {tap.place for tap in layer.geometry.stamp(*layer.place)}
        (top, left), (more, further) = layer.pair("padding"), layer.pair("output_padding")
        tall, wide = rows + top + max(0, top - more), columns + left + max(0, left - further)

    def cell(i: int, j: int) -> Cell:
        y, x = i - top, j - left
        if not (0 <= y < rows and 0 <= x < columns):
            return Cell("×", PADDED, padding=True, marked=(y, x) in marks)
        value = output[y][x]
        return Cell(decimal(value), tint(value, largest, signed=True), marked=(y, x) in marks)

    several = f", channel {layer.shown[0]} of {layer.out_channels}" if layer.out_channels > 1 else ""
    return Pane(f"output {rows}×{columns}{several}{', cropped ×' if top or left else ''}", tall, wide, cell)


def draw(explorer: TransposedExplorer) -> str:
    """Draw input, kernel and output side by side, the selected input's stamp or the selected output's window ringed."""
    problem = explorer.problem
    layer = None if problem else explorer.layer
    output, channel = layer.shown if layer else (0, 0)
    kernel = layer.weights(output, channel) if layer else explorer.kernel[0][0]
    turned = explorer.view == "stuffed"
    name = f"kernel {len(kernel)}×{len(kernel[0])}" + (", turned" if turned else "")
    if len(explorer.kernel) * len(explorer.image) > 1:
        name += f", {channel} → {output}"
    panes = [_input_pane(explorer, layer), kernel_pane(rotate180(kernel) if turned else kernel, name)]
    lines: list[tuple[str, bool]] = []
    if layer:
        panes.append(_output_pane(layer))
        lines += [(line, True) for line in _sum(layer).split("; ")]
        lines += [(f"height {layer.size(0)}", False), (f"width {layer.size(1)}", False)]
        lines += [(line, False) for line in (*layer.costs, layer.torch_line)]
    title = f"Transposed convolution explorer: {_settings(explorer)}"
    return picture(title, panes, "⋆=" if turned else "⊞=", lines, problem, words(explorer))
