"""Write course/widgets/receptive_field_nets.py, the explorer's nets, out of the models themselves.

    python tests/widgets/make_receptive_field_nets.py

Layers that read one position only (activations, batch norm, local response norm, dropout) are left out: they change no
field. Biases and groups are left out too, and channels are inferred: what stays is what a receptive field depends on.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from course import models
from course.arithmetic import Activation, Add, Conv, Crop, Dropout, Graph, Identity, Layer, Node, Norm
from course.arithmetic.graph import INPUT, free_name
from course.inspect import Card, analyze, without_weights

FILE = Path(__file__).parents[2] / "course" / "widgets" / "receptive_field_nets.py"

#: name in the explorer, label, name in the register, input size where it is not the paper's
MODELS = (
    ("lenet5", "LeNet-5", "lenet5_modern", None),
    ("alexnet", "AlexNet", "alexnet", None),
    ("vgg16", "VGG-16", "vgg_d", None),
    ("resnet20", "ResNet-20 (CIFAR)", "cifar_resnet20", None),
    ("resnet50", "ResNet-50", "resnet50", None),
    ("googlenet", "GoogLeNet", "googlenet", None),
    ("unet", "U-Net", "unet", None),
    ("dncnn", "DnCNN", "dncnn", (1, 64, 64)),
)

#: nets that no paper names, each for one idea
IDEAS = {
    "stack": ("a small stack", (3, 24, 24), "conv(8, 3x3, p1) > pool(2) > conv(8, 3x3, p1) > conv(8, 3x3, p2, d2)"),
    "three": ("three 3×3", (3, 24, 24), "conv(8, 3x3, p1) > conv(8, 3x3, p1) > conv(8, 3x3, p1)"),
    "strided": ("three 3×3, stride 2", (3, 48, 48), "conv(8, 3x3, s2, p1) > conv(8, 3x3, s2, p1) > conv(8, 3x3, s2, p1)"),
    "dilated": (
        "dilation 1, 2, 4, 8", (3, 48, 48),
        "conv(8, 3x3, p1) > conv(8, 3x3, p2, d2) > conv(8, 3x3, p4, d4) > conv(8, 3x3, p8, d8)",
    ),
    "holes": ("dilation 2, 2, 2: holes", (3, 32, 32), "conv(8, 3x3, p2, d2) > conv(8, 3x3, p2, d2) > conv(8, 3x3, p2, d2)"),
    "transposed": ("transposed: phases", (3, 24, 24), "conv(8, 4x4, s4) > tconv(8, 3x3, s2, p1, op1) > tconv(8, 3x3, s2, p1, op1)"),
    "oblong": ("1×7 and 7×1", (3, 24, 40), "conv(8, 1x7, p0x3) > conv(8, 1x7, p0x3) > conv(8, 7x1, p3x0)"),
    "misaligned": ("paths that miss each other", (3, 24, 24), "add(conv(8, 3x3, s2, p1), pool(2) > conv(8, 1x1)) > conv(8, 3x3, p1)"),
    "jumps": ("paths of different jumps", (3, 24, 24), "add(conv(8, 3x3, s2, p1), conv(8, 3x3, p1) > crop(6)) > conv(8, 3x3, p1)"),
}  # fmt: skip


def layer_of(row: Any) -> Layer | None:
    """Return the layer that reads what a row of a card reads; None where each output reads its own position."""
    if row.word == "sub":  # DnCNN subtracts the noise that it finds: the positions are those of a sum
        return Add()
    if row.word == "slice":
        before, after = row.input_shapes[0][1:], row.output_shape[1:]
        if all(2 * m == n for n, m in zip(before, after, strict=True)):  # x[:, ::2, ::2]: ResNet's shortcut A
            return Conv(None, row.output_shape[0], 1, stride=2)
        return Crop(tuple((n - m) // 2 for n, m in zip(before, after, strict=True)))
    if (
        row.word == "pad" and row.input_shapes[0][1:] == row.output_shape[1:]
    ):  # channels of zeros: shortcut A again
        return None
    layer: Layer = row.layer
    return None if isinstance(layer, (Activation, Norm, Dropout, Identity)) else layer


def skeleton(card: Card) -> tuple[Graph, dict[str, str]]:
    """Return the graph of what reads positions, and for each row of the card the node with its field."""
    stands = {INPUT: INPUT}
    nodes: list[Node] = []
    rows = [row for row in card.rows if row.output_shape is not None]
    for row in rows:
        layer = layer_of(row)
        if layer is None:
            stands[row.name] = stands[row.inputs[0]]
            continue
        plain = {"in_channels": None, "in_features": None, "bias": True, "groups": 1}
        layer = replace(layer, **{name: value for name, value in plain.items() if hasattr(layer, name)})
        if row.word == "slice" and isinstance(layer, Conv):  # its channels are those after the padding
            layer = replace(layer, out_channels=2 * row.output_shape[0])
        name = free_name(layer, [node.name for node in nodes])
        nodes.append(Node(name, layer, tuple(dict.fromkeys(stands[source] for source in row.inputs))))
        stands[row.name] = name
    return renamed(early(nodes), stands)


def early(nodes: list[Node]) -> list[Node]:
    """Return the nodes with each crop right behind what it crops, so that a U is written as branches inside branches."""
    crops = [node for node in nodes if isinstance(node.layer, Crop)]
    ordered: list[Node] = []
    for node in nodes:
        if node not in crops:
            ordered += [node, *(crop for crop in crops if crop.inputs == (node.name,))]
    return ordered


def renamed(nodes: list[Node], stands: dict[str, str]) -> tuple[Graph, dict[str, str]]:
    """Return the graph with the names that its notation gives, and where each row stands then."""
    names = {INPUT: INPUT}
    done: list[Node] = []
    for node in nodes:
        name = names[node.name] = free_name(node.layer, [each.name for each in done])
        done.append(Node(name, node.layer, tuple(names[source] for source in node.inputs)))
    return Graph(tuple(done)), {row: names[node] for row, node in stands.items()}


@cache
def card_of(model: str, size: tuple[int, ...] | None) -> Card:
    """Return the card of a model of the register, which is built without its weights."""
    with without_weights():
        net = models.build(model)
    return analyze(net, size or models.record(model).input_size)


def short(text: str) -> str:
    """Write square windows of pools and equal crops with one number, as people do."""
    return re.sub(r"(pool|crop)\((\d+)x\2\b", r"\1(\2", text)


HEAD = '''"""The nets of the receptive field explorer, written by tests/widgets/make_receptive_field_nets.py; not by hand."""

from __future__ import annotations

from typing import Any

__all__ = ["NETS"]

#: name: what it is called, (channels, height, width) of its input, its notation
NETS: dict[str, dict[str, Any]] = {
'''


def nets() -> dict[str, tuple[str, tuple[int, ...], str]]:
    """Return label, input shape and notation of each net."""
    found = dict(IDEAS)
    for name, label, model, size in MODELS:
        card = card_of(model, size)
        graph, _ = skeleton(card)
        found[name] = (label, tuple(card.input_shape), short(str(graph)))
    return found


def lines_of(text: str, width: int = 90) -> list[str]:
    """Return a notation cut behind its arrows into lines."""
    lines = [""]
    for part in re.split(r"(?<= > )", text):
        if len(lines[-1]) + len(part) > width and lines[-1]:
            lines.append("")
        lines[-1] += part
    return lines


def text() -> str:
    """Return the module's text."""
    parts = []
    for name, (label, shape, net) in nets().items():
        lines = [f'"{line}"' for line in lines_of(net)]
        values = (
            lines[0]
            if len(lines) == 1
            else "(\n" + "".join(f"            {one}\n" for one in lines) + "        )"
        )
        parts.append(
            f'    "{name}": {{\n        "label": "{label}",\n        "shape": {shape},\n        "values": {values},\n    }},\n'
        )
    return HEAD + "".join(parts) + "}\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
