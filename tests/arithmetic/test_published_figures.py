"""The figures that the course must reproduce, counted by the arithmetic; each is a published or hand-worked one."""

from math import prod

import pytest

from course.arithmetic import Conv, Linear, Norm, correlate2d, output_length, parse

VGG_BLOCKS = {
    16: [(64, 2), (128, 2), (256, 3), (512, 3), (512, 3)],
    19: [(64, 2), (128, 2), (256, 4), (512, 4), (512, 4)],
}


def vgg(depth):
    """Simonyan & Zisserman 2014, table 1, columns D and E."""
    trunk = " > ".join(
        " > ".join([f"conv({width}, 3x3, p1) > relu"] * times) + " > pool(2)"
        for width, times in VGG_BLOCKS[depth]
    )
    return parse(
        f"3x224x224 > {trunk} > flatten > linear(4096) > relu > linear(4096) > relu > linear(1000)"
    ).report()


def unet():
    """Ronneberger et al. 2015, figure 1: valid convolutions, copy and crop."""

    def double(channels):
        return f"conv({channels}, 3x3) > relu > conv({channels}, 3x3) > relu"

    crops = {64: 88, 128: 40, 256: 16, 512: 4}
    inner = double(1024)
    for channels in (512, 256, 128, 64):
        way = f"pool(2) > {inner} > tconv({channels}, 2x2, s2)"
        inner = f"{double(channels)} > concat(crop({crops[channels]}), {way}) > {double(channels)}"
    return parse(f"1x572x572 > {inner} > conv(2, 1x1)").report()


def dncnn(bias, norm=True):
    """Zhang et al. 2017: 17 layers, 64 maps; bias in the middle layers, or batch norm, or both."""
    end = "" if bias != "none" else ", nobias"
    middle = "" if bias == "all" else ", nobias"
    block = f"conv(64, 3x3, p1{middle}){' > bn' if norm else ''} > relu"
    steps = [f"conv(64, 3x3, p1{end}) > relu", *[block] * 15, f"conv(1, 3x3, p1{end})"]
    return parse("1x40x40 > " + " > ".join(steps)).report()


RESNET_BLOCKS = {18: (2, 2, 2, 2), 34: (3, 4, 6, 3), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}


def resnet(depth, stride_on_1x1=True):
    """He et al. 2015, table 1, with projections where the shape changes; torchvision strides in the 3×3 instead."""
    steps, channels = ["conv(64, 7x7, s2, p3, nobias) > bn > relu > pool(3, s2, p1)"], 64
    for stage, count in enumerate(RESNET_BLOCKS[depth]):
        width = 64 * 2**stage
        out = width if depth < 50 else 4 * width
        for block in range(count):
            s = 2 if stage and not block else 1
            first, second = (s, 1) if stride_on_1x1 else (1, s)
            path = [(width, "3x3", s), (width, "3x3", 1)]
            if depth >= 50:
                path = [(width, "1x1", first), (width, "3x3", second), (out, "1x1", 1)]
            convs = [f"conv({c}, {k}, s{n}{', p1' if k == '3x3' else ''}, nobias) > bn" for c, k, n in path]
            side = "skip" if (s, channels) == (1, out) else f"conv({out}, 1x1, s{s}, nobias) > bn"
            steps.append(f"add({' > relu > '.join(convs)}, {side}) > relu")
            channels = out
    return parse("3x224x224 > " + " > ".join([*steps, "gap > flatten > linear(1000)"])).report()


WIDTHS = (32, 64, 128, 256, 512)


def pair(width):
    return f"conv({width}, 3x3, p1) > relu > conv({width}, 3x3, p1) > relu"


def unet_of_the_unetpp_paper():
    """Zhou et al. 2018, table 2: U-Net with 32 to 512 maps, same padding."""
    inner = pair(WIDTHS[4])
    for width in WIDTHS[3::-1]:
        inner = f"{pair(width)} > concat(skip, pool(2) > {inner} > tconv({width}, 2x2, s2)) > {pair(width)}"
    return parse(f"3x96x96 > {inner} > conv(1, 1x1)").report()


def unetpp():
    """Zhou et al. 2018, figure 1: nodes X^{i,j} on dense skips, four supervised heads (here averaged by a sum)."""
    steps = [f"{'pool(2) > ' if i else ''}{pair(width)} @x{i}_0" for i, width in enumerate(WIDTHS)]
    for j in range(1, 5):
        for i in range(5 - j):
            skips = ", ".join(f"@x{i}_{k}" for k in range(j))
            steps.append(
                f"concat({skips}, @x{i + 1}_{j - 1} > tconv({WIDTHS[i]}, 2x2, s2)) > {pair(WIDTHS[i])} @x{i}_{j}"
            )
    heads = ", ".join(f"@x0_{j} > conv(1, 1x1)" for j in range(1, 5))
    return parse(f"3x96x96 > {' > '.join(steps)} > add({heads})").report()


def test_dense_layers():
    d, hidden, classes = 7, 11, 3
    net = parse(f"{d} > linear({hidden}) > sigmoid > linear({classes})").report()
    assert net.parameters == hidden * (d + 1) + classes * (hidden + 1)
    assert Linear(1024 * 1024, 1024 * 1024, bias=False).parameters() == 2**40
    assert Linear(64 * 64 * 3, 500, bias=False).parameters() == 6_144_000
    assert Linear(128 * 128, 100, bias=False).parameters() == 1_638_400


def test_convolution_parameters():
    assert Conv(16, 32, 3).parameters() == 4640
    assert Conv(1, 6, 5).parameters() == 156
    assert Linear(32 * 32, 6 * 28 * 28).parameters() == 4_821_600
    assert Conv(1, 1, 5).parameters() == 26
    assert parse("1x9x9 > conv(1, 3x3) > conv(1, 3x3)").report().parameters == 20


def test_one_large_kernel_against_three_small():
    large = parse("16x256x256 > conv(16, 7x7, same)").report()
    small = parse("16x256x256 > conv(16, 3x3, same) > conv(16, 3x3, same) > conv(16, 3x3, same)").report()
    assert (large.parameters, large.multiply_adds) == (12_560, 822_083_584)
    assert (small.parameters, small.multiply_adds) == (6_960, 452_984_832)
    assert large.field.size == small.field.size == (7, 7)


@pytest.mark.parametrize(("stride", "sizes"), [(1, [3, 5, 7]), (2, [3, 7, 15])])
def test_receptive_field_of_3x3_stacks(stride, sizes):
    net = parse("1x64x64 > " + " > ".join([f"conv(1, 3x3, s{stride})"] * 3)).report()
    assert [row.field.size for row in net.rows] == [(n, n) for n in sizes]


def test_windows_of_an_image():
    assert output_length(100, 3) ** 2 == 9604


def test_batch_norm_has_2k_learned_and_2k_stored():
    assert (Norm("batch", 64).parameters(), Norm("batch", 64).buffers()) == (128, 128)


def test_alexnet_needs_227():
    first = Conv(3, 96, 11, stride=4)
    assert first.output_shape((3, 227, 227)) == (96, 55, 55)
    assert first.output_shape((3, 224, 224)) == (96, 54, 54)


def test_vgg():
    assert round(vgg(16).parameters / 1e6) == 138
    assert vgg(16).parameters == 138_357_544
    assert f"{vgg(19).multiply_adds / 1e9:.1f}" == "19.6"


def test_vgg7_for_cats_and_dogs():
    """The slides say 2,634,167: a slip of ten."""
    widths = ["32", "64 |", "128", "128 |", "256 |"]
    steps = " > ".join(
        f"conv({w.rstrip(' |')}, 3x3, p1) > relu{' > pool(2)' if '|' in w else ''}" for w in widths
    )
    for size in (64, 128, 224):
        net = parse(
            f"3x{size}x{size} > {steps} > adaptiveavgpool(4) > flatten > linear(512) > relu > linear(1)"
        ).report()
        assert net.parameters == 2_634_177


def test_unet():
    net = unet()
    assert net.output_shape == (2, 388, 388)
    assert sum(row.layer.word in ("conv", "tconv") for row in net.rows) == 23
    assert net.field.aligned
    assert net["concat1"].output_shape == (1024, 56, 56)


def test_dncnn_under_three_ways_of_counting():
    assert dncnn("none").parameters == 556_032
    assert dncnn("ends").parameters == 556_097
    assert dncnn("all", norm=False).parameters == 555_137
    assert dncnn("ends").field.size == (35, 35)


def test_denoising_autoencoder_code():
    encoder = parse(
        "1x28x28 > conv(32, 3x3, p1) > relu > pool(2) > conv(32, 3x3, p1) > relu > pool(2)"
    ).report()
    assert encoder.output_shape == (32, 7, 7)
    assert prod(encoder.output_shape) == 1568


def test_one_window_of_an_rgb_image():
    """The deck's worked example: 308 − 498 + 164 + 1 = −25."""
    image = [
        [[0, 0, 0], [0, 156, 155], [0, 153, 154]],
        [[0, 0, 0], [0, 167, 166], [0, 164, 165]],
        [[0, 0, 0], [0, 163, 162], [0, 160, 161]],
    ]
    kernel = [
        [[-1, -1, 1], [0, 1, -1], [0, 1, 1]],
        [[1, 0, 0], [1, -1, -1], [1, 0, -1]],
        [[0, 1, 1], [0, 1, 0], [1, -1, 1]],
    ]
    sums = [correlate2d(x, w)[0][0] for x, w in zip(image, kernel, strict=True)]
    assert sums == [308, -498, 164]
    assert sum(sums) + 1 == -25


def test_the_binary_example():
    image = [[int(digit) for digit in row] for row in ("11100", "01110", "00111", "00110", "01100")]
    kernel = [[1, 0, 1], [0, 1, 0], [1, 0, 1]]
    assert [list(row) for row in correlate2d(image, kernel)] == [[4, 3, 4], [2, 4, 3], [2, 3, 4]]


@pytest.mark.parametrize(("depth", "published"), [(18, 1.8), (34, 3.6), (50, 3.8), (101, 7.6), (152, 11.3)])
def test_resnets_as_published(depth, published):
    """Within the paper's own rounding: its 34 has parameter-free shortcuts, its 50 is 3.86 G cut to 3.8."""
    assert abs(resnet(depth).multiply_adds / 1e9 - published) < 0.07


@pytest.mark.parametrize(("depth", "published"), [(50, 4.09), (101, 7.80), (152, 11.51)])
def test_resnets_with_the_stride_on_the_3x3_as_torchvision_has_it(depth, published):
    """torchvision's own ``_ops`` to the printed digits; its receptive field differs too."""
    assert f"{resnet(depth, stride_on_1x1=False).multiply_adds / 1e9:.2f}" == f"{published:.2f}"


def test_the_receptive_field_of_resnet_50_depends_on_where_the_stride_is():
    fields = [
        [row.field.size for row in resnet(50, on).rows if row.layer.word == "add"][-1] for on in (True, False)
    ]
    assert fields == [(483, 483), (427, 427)]
    assert resnet(50).field.aligned


def test_unetpp():
    assert f"{unet_of_the_unetpp_paper().parameters / 1e6:.2f}" == "7.76"
    assert f"{unetpp().parameters / 1e6:.2f}" == "9.04"
