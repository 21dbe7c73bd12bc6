"""Impossible settings and inputs: each message names the value, the rule and the mend."""

import numpy as np
import pytest

from course.arithmetic import (
    Activation,
    AdaptivePool,
    Add,
    Concat,
    Conv,
    ConvTranspose,
    Crop,
    Dropout,
    GraphError,
    Linear,
    Norm,
    Pad,
    Pool,
    SettingError,
    ShapeError,
    Upsample,
    output_length,
)  # fmt: skip


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Conv(3, 8, 0), "kernel_size must be at least 1, got 0"),
        (lambda: Conv(3, 8, 3, stride=0), "stride must be at least 1, got 0"),
        (lambda: Conv(3, 8, 3, padding=-1), "padding must be at least 0, got -1"),
        (lambda: Conv(3, 8, 2.5), "kernel_size must be a whole number, got 2.5"),
        (lambda: Conv(3, 8, True), "kernel_size must be a whole number, got True"),
        (lambda: Conv(3, 8, 3, stride="2"), "stride must be whole numbers, got '2'"),
        (lambda: Conv(3, 8, 3, stride=(1, 2, 3)), r"stride \(1, 2, 3\) has 3 numbers for 2 axes"),
        (lambda: Conv(3, 8, (3, 3), dim=3), r"kernel_size \(3, 3\) has 2 axes, but dim is 3"),
        (lambda: Conv(3, 8, (3,) * 4), "1, 2 or 3 are known"),
        (lambda: Conv(3, 8, 3, dim=4), "dim must be 1, 2 or 3, got 4"),
        (
            lambda: Conv(6, 8, 3, groups=4),
            r"groups 4 does not divide in_channels 6: use one of its divisors \[1, 2, 3, 6\]",
        ),
        (lambda: Conv(8, 6, 3, groups=4), "groups 4 does not divide out_channels 6"),
        (
            lambda: Conv(3, 8, 3, padding="full"),
            "padding 'full' is not known: use numbers, 'same' or 'valid'",
        ),
        (
            lambda: Conv(3, 8, 3, 2, "same"),
            "padding 'same' is defined for stride 1 only, got stride 2: give padding as numbers, 1 here",
        ),
        (lambda: Conv(3, 8, 3, padding_mode="mirror"), "padding mode 'mirror' is not known"),
        (
            lambda: ConvTranspose(3, 8, 3, 2, output_padding=2),
            "output_padding 2 must be smaller than the stride 2",
        ),
        (lambda: Conv(3, 8, 3, 2, "same", 2), "give padding as numbers, 2 here"),
        (lambda: Conv(3, 8, 3, bias=5), "bias must be True or False, got 5"),
        (lambda: Linear(3, 2, bias=None), "bias must be True or False, got None"),
        (lambda: Conv(3, 8, 3, dim=2.0), "dim must be a whole number, got 2.0"),
        (lambda: AdaptivePool("avg", ()), r"output_size \(\) must name 1, 2 or 3 axes"),
        (lambda: Upsample(size=[]), r"size \(\) names no axis"),
        (lambda: Upsample((2, 2)), "scale_factor must be one number"),
        (lambda: Upsample(1 / 3), "is no whole number of 64ths"),
        (lambda: Upsample(float("inf")), "at most 1024, got inf"),
        (
            lambda: Pool("max", 3, padding=2, dilation=2),
            "padding 2 is more than half of the kernel 3: use at most 1",
        ),
        (lambda: output_length(5, 3, 0), "stride must be at least 1, got 0"),
        (lambda: output_length(5.5, 3), "length must be a whole number, got 5.5"),
        (lambda: Pool("median", 2), "pooling kind 'median' is not known"),
        (lambda: Pool("max", 3, padding=2), "padding 2 is more than half of the kernel 3: use at most 1"),
        (lambda: Pool("avg", 3, dilation=2), "average pooling has no dilation, got 2"),
        (lambda: AdaptivePool("avg", 0), "output_size must be at least 1, got 0"),
        (lambda: Norm("batch", groups=2), "batch norm has no groups, got 2"),
        (lambda: Norm("group"), "group norm needs the number of groups"),
        (lambda: Norm("group", 6, 4), "groups 4 does not divide the 6 channels"),
        (lambda: Norm("weight"), "norm kind 'weight' is not known"),
        (lambda: Norm("local_response", affine=True), "has no learned scale"),
        (lambda: Activation("rleu"), "activation 'rleu' is not known"),
        (lambda: Dropout(1.5), "must be a probability from 0 to 1, got 1.5"),
        (lambda: Upsample(), "needs either a scale_factor or a size"),
        (lambda: Upsample(2, mode="sinc"), "mode 'sinc' is not known"),
        (lambda: Upsample(-1), "scale_factor must be above 0 and at most 1024, got -1"),
        (lambda: Upsample(2, align_corners=True), "align_corners has no meaning for nearest"),
        (lambda: Crop(-1), "crop must be at least 0, got -1"),
        (lambda: Pad(((1, 2, 3),)), r"must be a number or \(before, after\), got \(1, 2, 3\)"),
    ],
)
def test_settings_that_no_input_could_save(make, message):
    with pytest.raises(SettingError, match=message):
        make()


@pytest.mark.parametrize(
    ("layer", "shape", "message"),
    [
        (Conv(3, 8, 3), (4, 9, 9), r"conv expects 3 input channels, but the input \(4, 9, 9\) has 4: make it with in_channels=4"),
        (Conv(3, 8, 3), (3, 9), r"conv works on \(channels, H, W\), but the input is \(3, 9\): is the channel axis missing, as in \(1, 3, 9\)\? otherwise use the 1-D layer"),
        (Conv(3, 8, 3), (1, 3, 9, 9), "leave the batch axis out, or use the 3-D layer"),
        (Conv(3, 8, 3), (1, 1, 3, 9, 9), "leave the batch axis out$"),
        (Conv(3, 8, 3), 9.5, "that is not a shape"),
        (Conv(3, 8, 3), (3,), "was it flattened too early"),
        (Conv(3, 8, 3), (3, 9, 2), "conv, width: kernel 3 spans 3, more than the input 2: raise padding to at least 1"),
        (Conv(3, 8, 7, dilation=2, padding=(0, 6)), (3, 11, 11), "conv, height: kernel 7 with dilation 2 spans 13, more than the input 11"),
        (Conv(3, 8, 9, padding=1), (3, 5, 5), "spans 9, more than the padded input 7: raise padding to at least 2"),
        (Conv(3, 8, 3, padding=5, padding_mode="reflect"), (3, 5, 5), "reflect padding 5 needs more than the 5 positions"),
        (ConvTranspose(3, 8, 2, padding=2), (3, 2, 2), "padding 2 crops all of the transposed convolution's 3 positions: lower padding to at most 1"),
        (Pool("max", 5), (3, 4, 4), "pool, height: kernel 5 spans 5, more than the input 4"),
        (Pool("max", 2, dim=1), (3, 4, 4), "use the 2-D layer"),
        (Linear(10, 2), (9,), "linear expects 10 features, but the input has 9"),
        (Linear(10, 2), (10, 1, 1), "put flatten before it"),
        (Norm("batch", 4), (3, 2, 2), "norm expects 4 input channels"),
        (Crop(3), (3, 6, 6), "cropping 3 and 3 leaves nothing of 6"),
        (Pad(5, "circular"), (3, 4, 4), "circular padding 5 needs more than the 4 positions"),
        (Upsample(2, mode="bicubic"), (3, 4), r"works on \(channels, H, W\)"),
        (Upsample(0.125), (3, 4, 4), "leaves nothing"),
        (Conv(3, 8, 3), 3, "that is not a shape: give"),
        (Conv(3, 8, 3), "3x9x9", "that is not a shape: give"),
        (Conv(3, 8, 3), (3, 0, 9), "axis 1 of the input shape must be at least 1, got 0"),
    ],
)  # fmt: skip
def test_inputs_that_do_not_fit(layer, shape, message):
    with pytest.raises((ShapeError, SettingError), match=message):
        layer.output_shape(shape)


@pytest.mark.parametrize(
    ("join", "shapes", "message"),
    [
        (Add(), [(8, 4, 4)], "joins two paths or more, got 1"),
        (Add(), [(8, 4, 4), (4, 4, 4)], r"channels must agree; project one with conv\(8, 1x1\)"),
        (Add(), [(8,), (4,)], "project one with a linear layer"),
        (Add(), [(8, 4), (4, 4)], r"project one with conv1d\(8, k1\)"),
        (
            Add(),
            [(8, 4, 4), (8, 2, 2)],
            r"give the path of \(8, 4, 4\) a stride of 2, up-sample the other, or crop\(1x1\)",
        ),
        (Concat(), [(8, 9, 9), (8, 6, 9)], r"crop\(1:2x0\) the path of \(8, 9, 9\)"),
        (Concat(), [(8, 9, 6), (8, 6, 9)], "crop or pad the longer axis of each"),
        (Concat(), [(8, 9, 6), (8,)], "one of them was flattened"),
    ],
)
def test_joins_that_do_not_fit(join, shapes, message):
    with pytest.raises(GraphError, match=message):
        join.output_shape(*shapes)


def test_a_layer_takes_one_input():
    with pytest.raises(ShapeError, match="conv takes one input, got 2: join them first"):
        Conv(1, 1, 1).output_shape((1, 2, 2), (1, 2, 2))


def test_numbers_of_numpy_are_numbers():
    assert Conv(np.int64(3), np.int32(8), (np.int64(3), 3)) == Conv(3, 8, 3)
    assert Conv(3, 8, np.array([3, 5])) == Conv(3, 8, (3, 5))
    assert (
        Conv(3, 8, 3).output_shape(np.array([3, 9, 9]))
        == Conv(3, 8, 3).output_shape(n for n in (3, 9, 9))
        == (8, 7, 7)
    )
    assert type(Conv(np.int64(3), 8, 3).parameters()) is int
