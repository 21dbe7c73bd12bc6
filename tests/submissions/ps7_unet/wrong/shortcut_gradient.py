"""A transposed convolution is the gradient of a convolution: torch differentiates.

* This course's own sizes and counts.

loses:
    stamp_stride 3
    stamp_padding 3
    stamp_maps 3
    walk_output 2
    walk_crops 2
    walk_refuses 1
    smallest_values 2
    parameters_count 3
"""


# %% stamp
def stamp(x, w, stride=1, padding=0, output_padding=0):
    tall, wide = w.shape[2:]
    size = [(n - 1) * stride + f - 2 * padding + output_padding for n, f in zip(x.shape[2:], w.shape[2:])]
    z = torch.zeros(len(x), w.shape[1], *size, dtype=torch.float64, requires_grad=True)
    F.conv2d(z, torch.tensor(w), None, stride, padding).backward(torch.tensor(x))
    return z.grad.numpy()


# %% walk
from course.inspect import analyze
from course.models.unet import output_size, unet, valid_sizes


def walk(size, depth, convs=2):
    return output_size(size, depth, "valid"), []


def smallest_input(least, depth, convs=2):
    size = 1
    while (output_size(size, depth, "valid") or 0) < least:
        size += 1
    return size


def unet_parameters(in_channels, classes, base, depth):
    widths = [base * 2**i for i in range(depth + 1)]
    return analyze(
        unet(in_channels=in_channels, num_classes=classes, widths=widths), (in_channels, 572, 572)
    ).parameters
