"""The nets of the receptive field explorer, written by tests/widgets/make_receptive_field_nets.py; not by hand."""

from __future__ import annotations

from typing import Any

__all__ = ["NETS"]

#: name: what it is called, (channels, height, width) of its input, its notation
NETS: dict[str, dict[str, Any]] = {
    "stack": {
        "label": "a small stack",
        "shape": (3, 24, 24),
        "values": "conv(8, 3x3, p1) > pool(2) > conv(8, 3x3, p1) > conv(8, 3x3, p2, d2)",
    },
    "three": {
        "label": "three 3×3",
        "shape": (3, 24, 24),
        "values": "conv(8, 3x3, p1) > conv(8, 3x3, p1) > conv(8, 3x3, p1)",
    },
    "strided": {
        "label": "three 3×3, stride 2",
        "shape": (3, 48, 48),
        "values": "conv(8, 3x3, s2, p1) > conv(8, 3x3, s2, p1) > conv(8, 3x3, s2, p1)",
    },
    "dilated": {
        "label": "dilation 1, 2, 4, 8",
        "shape": (3, 48, 48),
        "values": "conv(8, 3x3, p1) > conv(8, 3x3, p2, d2) > conv(8, 3x3, p4, d4) > conv(8, 3x3, p8, d8)",
    },
    "holes": {
        "label": "dilation 2, 2, 2: holes",
        "shape": (3, 32, 32),
        "values": "conv(8, 3x3, p2, d2) > conv(8, 3x3, p2, d2) > conv(8, 3x3, p2, d2)",
    },
    "transposed": {
        "label": "transposed: phases",
        "shape": (3, 24, 24),
        "values": "conv(8, 4x4, s4) > tconv(8, 3x3, s2, p1, op1) > tconv(8, 3x3, s2, p1, op1)",
    },
    "oblong": {
        "label": "1×7 and 7×1",
        "shape": (3, 24, 40),
        "values": "conv(8, 1x7, p0x3) > conv(8, 1x7, p0x3) > conv(8, 7x1, p3x0)",
    },
    "misaligned": {
        "label": "paths that miss each other",
        "shape": (3, 24, 24),
        "values": "add(conv(8, 3x3, s2, p1), pool(2) > conv(8, 1x1)) > conv(8, 3x3, p1)",
    },
    "jumps": {
        "label": "paths of different jumps",
        "shape": (3, 24, 24),
        "values": "add(conv(8, 3x3, s2, p1), conv(8, 3x3, p1) > crop(6)) > conv(8, 3x3, p1)",
    },
    "lenet5": {
        "label": "LeNet-5",
        "shape": (1, 32, 32),
        "values": (
            "conv(6, 5x5) > pool(2) > conv(16, 5x5) > pool(2) > flatten > linear(120) > linear(84) > "
            "linear(10)"
        ),
    },
    "alexnet": {
        "label": "AlexNet",
        "shape": (3, 227, 227),
        "values": (
            "conv(96, 11x11, s4) > pool(3, s2) > conv(256, 5x5, p2) > pool(3, s2) > "
            "conv(384, 3x3, p1) > conv(384, 3x3, p1) > conv(256, 3x3, p1) > pool(3, s2) > flatten > "
            "linear(4096) > linear(4096) > linear(1000)"
        ),
    },
    "vgg16": {
        "label": "VGG-16",
        "shape": (3, 224, 224),
        "values": (
            "conv(64, 3x3, p1) > conv(64, 3x3, p1) > pool(2) > conv(128, 3x3, p1) > "
            "conv(128, 3x3, p1) > pool(2) > conv(256, 3x3, p1) > conv(256, 3x3, p1) > "
            "conv(256, 3x3, p1) > pool(2) > conv(512, 3x3, p1) > conv(512, 3x3, p1) > "
            "conv(512, 3x3, p1) > pool(2) > conv(512, 3x3, p1) > conv(512, 3x3, p1) > "
            "conv(512, 3x3, p1) > pool(2) > flatten > linear(4096) > linear(4096) > linear(1000)"
        ),
    },
    "resnet20": {
        "label": "ResNet-20 (CIFAR)",
        "shape": (3, 32, 32),
        "values": (
            "conv(16, 3x3, p1) > add(conv(16, 3x3, p1) > conv(16, 3x3, p1), skip) > "
            "add(conv(16, 3x3, p1) > conv(16, 3x3, p1), skip) > add(conv(16, 3x3, p1) > "
            "conv(16, 3x3, p1), skip) > add(conv(32, 3x3, s2, p1) > "
            "conv(32, 3x3, p1), conv(32, 1x1, s2)) > add(conv(32, 3x3, p1) > "
            "conv(32, 3x3, p1), skip) > add(conv(32, 3x3, p1) > conv(32, 3x3, p1), skip) > "
            "add(conv(64, 3x3, s2, p1) > conv(64, 3x3, p1), conv(64, 1x1, s2)) > "
            "add(conv(64, 3x3, p1) > conv(64, 3x3, p1), skip) > add(conv(64, 3x3, p1) > "
            "conv(64, 3x3, p1), skip) > gap > flatten > linear(10)"
        ),
    },
    "resnet50": {
        "label": "ResNet-50",
        "shape": (3, 224, 224),
        "values": (
            "conv(64, 7x7, s2, p3) > pool(3, s2, p1) > add(conv(64, 1x1) > conv(64, 3x3, p1) > "
            "conv(256, 1x1), conv(256, 1x1)) > add(conv(64, 1x1) > conv(64, 3x3, p1) > "
            "conv(256, 1x1), skip) > add(conv(64, 1x1) > conv(64, 3x3, p1) > conv(256, 1x1), skip) > "
            "add(conv(128, 1x1, s2) > conv(128, 3x3, p1) > conv(512, 1x1), conv(512, 1x1, s2)) > "
            "add(conv(128, 1x1) > conv(128, 3x3, p1) > conv(512, 1x1), skip) > add(conv(128, 1x1) > "
            "conv(128, 3x3, p1) > conv(512, 1x1), skip) > add(conv(128, 1x1) > conv(128, 3x3, p1) > "
            "conv(512, 1x1), skip) > add(conv(256, 1x1, s2) > conv(256, 3x3, p1) > "
            "conv(1024, 1x1), conv(1024, 1x1, s2)) > add(conv(256, 1x1) > conv(256, 3x3, p1) > "
            "conv(1024, 1x1), skip) > add(conv(256, 1x1) > conv(256, 3x3, p1) > "
            "conv(1024, 1x1), skip) > add(conv(256, 1x1) > conv(256, 3x3, p1) > "
            "conv(1024, 1x1), skip) > add(conv(256, 1x1) > conv(256, 3x3, p1) > "
            "conv(1024, 1x1), skip) > add(conv(256, 1x1) > conv(256, 3x3, p1) > "
            "conv(1024, 1x1), skip) > add(conv(512, 1x1, s2) > conv(512, 3x3, p1) > "
            "conv(2048, 1x1), conv(2048, 1x1, s2)) > add(conv(512, 1x1) > conv(512, 3x3, p1) > "
            "conv(2048, 1x1), skip) > add(conv(512, 1x1) > conv(512, 3x3, p1) > "
            "conv(2048, 1x1), skip) > gap > flatten > linear(1000)"
        ),
    },
    "googlenet": {
        "label": "GoogLeNet",
        "shape": (3, 224, 224),
        "values": (
            "conv(64, 7x7, s2, p3) > pool(3, s2, ceil) > conv(64, 1x1) > conv(192, 3x3, p1) > "
            "pool(3, s2, ceil) > concat(conv(64, 1x1), conv(96, 1x1) > "
            "conv(128, 3x3, p1), conv(16, 1x1) > conv(32, 5x5, p2), pool(3, s1, p1) > conv(32, 1x1)) > "
            "concat(conv(128, 1x1), conv(128, 1x1) > conv(192, 3x3, p1), conv(32, 1x1) > "
            "conv(96, 5x5, p2), pool(3, s1, p1) > conv(64, 1x1)) > pool(3, s2, ceil) > "
            "concat(conv(192, 1x1), conv(96, 1x1) > conv(208, 3x3, p1), conv(16, 1x1) > "
            "conv(48, 5x5, p2), pool(3, s1, p1) > conv(64, 1x1)) > "
            "concat(conv(160, 1x1), conv(112, 1x1) > conv(224, 3x3, p1), conv(24, 1x1) > "
            "conv(64, 5x5, p2), pool(3, s1, p1) > conv(64, 1x1)) > "
            "concat(conv(128, 1x1), conv(128, 1x1) > conv(256, 3x3, p1), conv(24, 1x1) > "
            "conv(64, 5x5, p2), pool(3, s1, p1) > conv(64, 1x1)) > "
            "concat(conv(112, 1x1), conv(144, 1x1) > conv(288, 3x3, p1), conv(32, 1x1) > "
            "conv(64, 5x5, p2), pool(3, s1, p1) > conv(64, 1x1)) > "
            "concat(conv(256, 1x1), conv(160, 1x1) > conv(320, 3x3, p1), conv(32, 1x1) > "
            "conv(128, 5x5, p2), pool(3, s1, p1) > conv(128, 1x1)) > pool(3, s2, ceil) > "
            "concat(conv(256, 1x1), conv(160, 1x1) > conv(320, 3x3, p1), conv(32, 1x1) > "
            "conv(128, 5x5, p2), pool(3, s1, p1) > conv(128, 1x1)) > "
            "concat(conv(384, 1x1), conv(192, 1x1) > conv(384, 3x3, p1), conv(48, 1x1) > "
            "conv(128, 5x5, p2), pool(3, s1, p1) > conv(128, 1x1)) > gap > flatten > linear(1000)"
        ),
    },
    "unet": {
        "label": "U-Net",
        "shape": (1, 572, 572),
        "values": (
            "conv(64, 3x3) > conv(64, 3x3) > concat(crop(88), pool(2) > conv(128, 3x3) > "
            "conv(128, 3x3) > concat(crop(40), pool(2) > conv(256, 3x3) > conv(256, 3x3) > "
            "concat(crop(16), pool(2) > conv(512, 3x3) > conv(512, 3x3) > concat(crop(4), pool(2) > "
            "conv(1024, 3x3) > conv(1024, 3x3) > tconv(512, 2x2, s2)) > conv(512, 3x3) > "
            "conv(512, 3x3) > tconv(256, 2x2, s2)) > conv(256, 3x3) > conv(256, 3x3) > "
            "tconv(128, 2x2, s2)) > conv(128, 3x3) > conv(128, 3x3) > tconv(64, 2x2, s2)) > "
            "conv(64, 3x3) > conv(64, 3x3) > conv(2, 1x1)"
        ),
    },
    "dncnn": {
        "label": "DnCNN",
        "shape": (1, 64, 64),
        "values": (
            "add(skip, conv(64, 3x3, p1) > conv(64, 3x3, p1) > conv(64, 3x3, p1) > conv(64, 3x3, p1) > "
            "conv(64, 3x3, p1) > conv(64, 3x3, p1) > conv(64, 3x3, p1) > conv(64, 3x3, p1) > "
            "conv(64, 3x3, p1) > conv(64, 3x3, p1) > conv(64, 3x3, p1) > conv(64, 3x3, p1) > "
            "conv(64, 3x3, p1) > conv(64, 3x3, p1) > conv(64, 3x3, p1) > conv(64, 3x3, p1) > "
            "conv(1, 3x3, p1))"
        ),
    },
}
