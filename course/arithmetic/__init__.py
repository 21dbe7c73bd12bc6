"""The arithmetic of convolutional networks, in pure Python: shapes, parameters, multiply–adds, memory, receptive fields.

>>> from course.arithmetic import parse
>>> net = parse("3x32x32 > conv(32, 3x3, s2, p1) > relu > pool(2) > flatten > linear(10)").report()
>>> net.parameters, net.multiply_adds, net.output_shape
(21386, 241664, (10,))
>>> print(net.explain("conv1", "shape"))
shape = (C_out, ⌊(H + 2p − d(k − 1) − 1)/s⌋ + 1, ⌊(W + 2p − d(k − 1) − 1)/s⌋ + 1) = (32, ⌊(32 + 2·1 − 1·(3 − 1) − 1)/2⌋ + 1, ⌊(32 + 2·1 − 1·(3 − 1) − 1)/2⌋ + 1) = (32, 16, 16)

This room imports nothing but the standard library.
"""

from course.arithmetic.axis import (
    adaptive_window,
    output_length,
    same_padding,
    span,
    transposed_length,
    unread_tail,
)
from course.arithmetic.conv import Conv
from course.arithmetic.correlate import Sliding, Tap, correlate2d
from course.arithmetic.dense import Activation, Dropout, Flatten, Identity, Linear, Norm
from course.arithmetic.derive import QUANTITIES, Derivation
from course.arithmetic.errors import GraphError, LayerError, NotationError, SettingError, ShapeError
from course.arithmetic.field import Extent, Field, Phase
from course.arithmetic.graph import INPUT, Graph, Node, sequence
from course.arithmetic.joins import Add, Concat
from course.arithmetic.layer import Layer, Shape
from course.arithmetic.notation import parse
from course.arithmetic.padding import PADDING_MODES, source_index
from course.arithmetic.pooling import AdaptivePool, Pool
from course.arithmetic.report import Report, Row
from course.arithmetic.resample import Crop, Pad, Upsample
from course.arithmetic.table import CONVENTIONS
from course.arithmetic.transposed import ConvTranspose

__all__ = [
    "CONVENTIONS", "INPUT", "PADDING_MODES", "QUANTITIES",
    "Activation", "AdaptivePool", "Add", "Concat", "Conv", "ConvTranspose", "Crop", "Derivation", "Dropout",
    "Extent", "Field", "Flatten", "Graph", "GraphError", "Identity", "Layer", "LayerError", "Linear", "Node", "Norm",
    "NotationError", "Pad", "Phase", "Pool", "Report", "Row", "SettingError", "Shape", "ShapeError", "Sliding", "Tap",
    "Upsample",
    "adaptive_window", "correlate2d", "output_length", "parse", "same_padding", "sequence", "source_index", "span",
    "transposed_length", "unread_tail",
]  # fmt: skip
