"""Forgets the stride, or takes another.

* stamp: stamps at every pixel, the canvas as asked.
* way_back: works with the stride of 2 always.
* coverage: counts at stride 1.
* inside: as if it were one dimension.
* conv_matrix: every position.

loses:
    stamp_stride 3
    stamp_padding 3
    stamp_maps 3
    way_back_values 3
    matrix_forward 2
    matrix_transposed 2
    coverage_counts 3
    coverage_inside 2
"""


# %% stamp
def stamp(x, w, stride=1, padding=0, output_padding=0):
    """Return the transposed convolution of x (N, m, H, W) with w (m, n, f_h, f_w)."""
    tall, wide = w.shape[2:]
    rows, columns = [(n - 1) * stride + f + output_padding for n, f in zip(x.shape[2:], w.shape[2:])]
    canvas = np.zeros((len(x), w.shape[1], rows, columns))
    for i, j in np.ndindex(x.shape[2:]):
        top, left = i, j
        canvas[:, :, top : top + tall, left : left + wide] += np.tensordot(x[:, :, i, j], w, axes=1)
    return canvas[:, :, padding : rows - padding, padding : columns - padding]


# %% way_back
def way_back(size, kernel_size, stride, padding):
    """Return the length after a convolution, and the output padding that leads back."""
    steps, rest = divmod(size + 2 * padding - kernel_size, 2)
    return steps + 1, rest


# %% coverage
def coverage(shape, kernel_size, stride, padding=0):
    """Return how many stamps cover each output pixel."""
    lines = []
    for n in shape:
        line = np.zeros((n - 1) * stride + kernel_size, dtype=int)
        for i in range(n):
            line[i : i + kernel_size] += 1
        lines.append(line[padding : len(line) - padding])
    return np.outer(*lines)


def inside(kernel_size, stride):
    """Return the fewest and the most stamps on a pixel far from the border."""
    return kernel_size // stride, math.ceil(kernel_size / stride)


# %% conv_matrix
def conv_matrix(shape, w, stride, padding):
    """Return the matrix of a convolution of one picture."""
    high, broad = [n + 2 * padding for n in shape]
    tall, wide = w.shape
    table = []
    for i in range(0, high - tall + 1):
        for j in range(0, broad - wide + 1):
            sheet = np.zeros((high, broad))
            sheet[i : i + tall, j : j + wide] = w
            table.append(sheet[padding : high - padding, padding : broad - padding].ravel())
    return np.array(table)
