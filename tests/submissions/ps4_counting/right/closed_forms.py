"""Closed formulas, nothing reused."""


# %% mlp_parameters
def mlp_parameters(widths):
    return sum(widths[1:]) + sum(widths[i] * widths[i + 1] for i in range(len(widths) - 1))


# %% output_length
def output_length(length, kernel_size, stride=1, padding=0, dilation=1):
    if padding == "same":
        return -(-length // stride)
    room = length + 2 * padding - dilation * (kernel_size - 1) - 1
    if room < 0:
        raise ValueError(f"kernel {kernel_size} does not fit on {length} positions")
    return room // stride + 1


# %% transposed_length
def transposed_length(length, kernel_size, stride=1, padding=0, output_padding=0, dilation=1):
    return (length - 1) * stride - 2 * padding + dilation * (kernel_size - 1) + output_padding + 1


# %% conv_multiply_adds
def conv_multiply_adds(in_channels, height, width, out_channels, kernel_size, stride=1, padding=0, groups=1):
    kh, kw = kernel_size
    rows = (height + 2 * padding - kh + stride) // stride
    columns = (width + 2 * padding - kw + stride) // stride
    return rows * columns * kh * kw * in_channels * out_channels // groups


# %% a_functions
def a_parameters(height, width, filters, kernel_size, pool_size, outputs):
    values = (height // pool_size) * (width // pool_size) * filters
    return filters * (kernel_size**2 + 1), outputs * (values + 1)


def a_fields(height, width, filters, kernel_size, pool_size, outputs):
    pooled = kernel_size + pool_size - 1
    return (kernel_size, kernel_size), (pooled, pooled), (height, width)


# %% figures
def figures():
    return {
        "vgg7": 2_634_177,
        "lenet": (156, 4_821_600),
        "small_kernels": ((12_560, 822_083_584), (6_960, 452_984_832)),
        "windows": 9604,
    }
