"""What a convolution over several channels computes: each output sums the channels that its group reads, plus a bias.

:mod:`course.arithmetic.correlate` has the arithmetic of one channel; this module adds the channels. It is the reference
of the explorers' JavaScript (``course/widgets/js/correlate_channels.js``), value for value.
"""

from __future__ import annotations

from collections.abc import Sequence

from course.arithmetic.axis import check_whole
from course.arithmetic.correlate import Matrix, Padding, Pair, Sliding, correlate2d, shape_of
from course.arithmetic.errors import ShapeError
from course.arithmetic.settings import check_groups

__all__ = ["channel_sums", "correlate_channels", "group_reads", "stack_shape"]

Stack = Sequence[Matrix]


def group_reads(output: int, in_channels: int, out_channels: int, groups: int = 1) -> range:
    """Return the input channels that an output channel reads: those of its group, ``C_in/g`` in a row.

    >>> group_reads(2, 4, 4, groups=2), group_reads(3, 4, 4, groups=4)      # grouped; depthwise
    (range(2, 4), range(3, 4))
    >>> group_reads(1, 3, 6, groups=3)                                      # two outputs for each input
    range(0, 1)
    >>> group_reads(0, 3, 4, groups=2)
    Traceback (most recent call last):
    ...
    course.arithmetic.errors.SettingError: groups 2 does not divide in_channels 3: use one of its divisors [1, 3]

    Raises:
        SettingError: groups that do not divide both channel counts.
        ShapeError: there is no such output channel.

    Source: Krizhevsky et al. 2012, section 3.5. Taught in lecture 05.
    """
    check_groups(check_whole("groups", groups), in_channels, out_channels)
    if not 0 <= output < out_channels:
        raise ShapeError(f"there is no output channel {output}: use 0 to {out_channels - 1}")
    size = in_channels // groups
    first = output // (out_channels // groups) * size
    return range(first, first + size)


def stack_shape(name: str, stack: Stack) -> Pair:
    """Return (rows, columns) of the channels of a stack, which must agree.

    >>> stack_shape("image", [[[1, 2]], [[3, 4]]])
    (1, 2)
    """
    if not stack:
        raise ShapeError(f"the {name} has no channel: give at least one")
    shapes = [shape_of(name, matrix) for matrix in stack]
    for channel, shape in enumerate(shapes):
        if shape != shapes[0]:
            raise ShapeError(
                f"channel {channel} of the {name} is {shape[0]}x{shape[1]} where channel 0 is "
                f"{shapes[0][0]}x{shapes[0][1]}: give all channels one size"
            )
    return shapes[0]


def _checked(image: Stack, kernel: Sequence[Stack], bias: Sequence[float] | None, groups: int) -> None:
    """Raise unless image, kernels and biases fit each other."""
    stack_shape("image", image)
    if not kernel:
        raise ShapeError("the kernel has no output channel: give at least one stack of weights")
    check_groups(check_whole("groups", groups), len(image), len(kernel))
    shape = stack_shape("kernel", kernel[0])
    wanted = len(image) // groups
    for output, stack in enumerate(kernel):
        if len(stack) != wanted:
            raise ShapeError(
                f"output channel {output} has weights for {len(stack)} input channels and must have them for {wanted}: "
                f"the image has {len(image)}" + (f" in {groups} groups" if groups > 1 else "")
            )
        if stack_shape("kernel", stack) != shape:
            raise ShapeError(
                f"the weights of output channel {output} have another size than those of 0: give all one size"
            )
    if bias is not None and len(bias) != len(kernel):
        raise ShapeError(
            f"bias has {len(bias)} numbers where there are {len(kernel)} output channels: give one for each"
        )


def correlate_channels(
    image: Stack,
    kernel: Sequence[Stack],
    bias: Sequence[float] | None = None,
    *,
    stride: int | Pair = 1,
    padding: Padding = 0,
    dilation: int | Pair = 1,
    padding_mode: str = "zeros",
    groups: int = 1,
) -> list[list[list[float]]]:
    """Return the output channels of a convolution layer.

    ``y[o, r, c] = b[o] + Σ_i correlate2d(x[i], w[o, i])[r, c]`` over the ``C_in/g`` input channels ``i`` of o's group.

    Args:
        image: ``C_in`` channels, each rows of numbers of one size.
        kernel: weights as torch shapes them, ``C_out × C_in/g × k_h × k_w``.
        bias: one number for each output channel; None for none.
        stride, padding, dilation, padding_mode: as in :func:`course.arithmetic.correlate.correlate2d`.
        groups: must divide both channel counts; ``C_in`` groups are a depthwise convolution.

    >>> correlate_channels([[[1, 2, 3]]], [[[[1, 1]]], [[[1, -1]]]], [0, 10])        # 1 channel to 2
    [[[3, 5]], [[9, 9]]]
    >>> correlate_channels([[[1, 2]], [[3, 4]]], [[[[1]], [[10]]]])                  # 1×1: a dense layer at each pixel
    [[[31, 42]]]
    >>> correlate_channels([[[1, 2]], [[3, 4]]], [[[[2]]], [[[5]]]], groups=2)       # depthwise
    [[[2, 4]], [[15, 20]]]
    >>> correlate_channels([[[1, 2]], [[3, 4]]], [[[[2]]]])
    Traceback (most recent call last):
    ...
    course.arithmetic.errors.ShapeError: output channel 0 has weights for 1 input channels and must have them for 2: the image has 2

    Raises:
        SettingError: groups that do not divide the channels, or a setting that no input could save.
        ShapeError: image, kernel and bias that do not fit each other, or a kernel larger than the padded image.

    Source: torch.nn.Conv2d. Taught in lecture 05.
    """
    _checked(image, kernel, bias, groups)
    options = {"stride": stride, "padding": padding, "dilation": dilation, "padding_mode": padding_mode}
    outputs = []
    for o, stack in enumerate(kernel):
        reads = group_reads(o, len(image), len(kernel), groups)
        maps = [correlate2d(image[i], w, **options) for i, w in zip(reads, stack, strict=True)]  # type: ignore[arg-type]
        start = bias[o] if bias else 0
        outputs.append(
            [[sum(values) + start for values in zip(*rows, strict=True)] for rows in zip(*maps, strict=True)]
        )
    return outputs


def channel_sums(
    image: Stack,
    kernel: Sequence[Stack],
    sliding: Sliding,
    output: int,
    row: int,
    column: int,
    groups: int = 1,
) -> list[float]:
    """Return what each channel that an output reads adds to it, before the bias.

    >>> image = [[[0, 0, 0], [0, 156, 155], [0, 153, 154]],
    ...          [[0, 0, 0], [0, 167, 166], [0, 164, 165]],
    ...          [[0, 0, 0], [0, 163, 162], [0, 160, 161]]]
    >>> kernel = [[[[-1, -1, 1], [0, 1, -1], [0, 1, 1]], [[1, 0, 0], [1, -1, -1], [1, 0, -1]], [[0, 1, 1], [0, 1, 0], [1, -1, 1]]]]
    >>> sums = channel_sums(image, kernel, Sliding((3, 3), (3, 3)), 0, 0, 0)
    >>> sums, sum(sums) + 1                                                         # bias 1
    ([308, -498, 164], -25)

    Taught in lecture 05.
    """
    reads = group_reads(output, len(image), len(kernel), groups)
    return [
        sum(
            stack[tap.kernel[0]][tap.kernel[1]]
            * (0 if tap.source is None else image[i][tap.source[0]][tap.source[1]])
            for tap in sliding.taps(row, column)
        )
        for i, stack in zip(reads, kernel[output], strict=True)
    ]
