"""Takes everything for square.

* stamp: one size for rows and columns.
* as_correlation: zeros of the height on both axes.
* conv_matrix: steps down as many columns as rows.
* coverage: rows twice.
* unpool: a square map.

loses:
    stamp_stride 3
    stamp_padding 3
    stamp_maps 3
    stuffed_picture 2
    stuffed_whole 2
    matrix_forward 2
    matrix_transposed 2
    coverage_counts 3
    unpool_values 3
"""


# %% stamp
def stamp(x, w, stride=1, padding=0, output_padding=0):
    """Return the transposed convolution of x (N, m, H, W) with w (m, n, f_h, f_w)."""
    tall, wide = w.shape[2:]
    rows = columns = (x.shape[2] - 1) * stride + tall + output_padding
    canvas = np.zeros((len(x), w.shape[1], rows, columns))
    for i, j in np.ndindex(x.shape[2:]):
        top, left = i * stride, j * stride
        canvas[:, :, top : top + tall, left : left + wide] += np.tensordot(x[:, :, i, j], w, axes=1)
    return canvas[:, :, padding : rows - padding, padding : columns - padding]


# %% as_correlation
def as_correlation(x, w, stride, padding, output_padding):
    """Return picture and kernel whose valid cross-correlation is the transposed convolution."""
    zeros = 2 * [len(w) - 1 - padding]
    spans = [(n - 1) * stride + 1 for n in x.shape]
    picture = np.zeros([span + 2 * zero + output_padding for span, zero in zip(spans, zeros)])
    (top, left), (high, broad) = zeros, spans
    picture[top : top + high : stride, left : left + broad : stride] = x
    return picture, w[::-1, ::-1].copy()


# %% conv_matrix
def conv_matrix(shape, w, stride, padding):
    """Return the matrix of a convolution of one picture."""
    high, broad = [n + 2 * padding for n in shape]
    tall, wide = w.shape
    table = []
    for i in range(0, high - tall + 1, stride):
        for j in range(0, high - tall + 1, stride):
            sheet = np.zeros((high, broad))
            sheet[i : i + tall, j : j + wide] = w
            table.append(sheet[padding : high - padding, padding : broad - padding].ravel())
    return np.array(table)


# %% coverage
def coverage(shape, kernel_size, stride, padding=0):
    """Return how many stamps cover each output pixel."""
    lines = []
    for n in shape:
        line = np.zeros((n - 1) * stride + kernel_size, dtype=int)
        for i in range(n):
            line[i * stride : i * stride + kernel_size] += 1
        lines.append(line[padding : len(line) - padding])
    return np.outer(lines[0], lines[0])


def inside(kernel_size, stride):
    """Return the fewest and the most stamps on a pixel far from the border."""
    return (kernel_size // stride) ** 2, math.ceil(kernel_size / stride) ** 2


# %% nearest
def nearest(x, factor):
    """Enlarge maps: each value becomes a block."""
    return np.repeat(np.repeat(x, factor, axis=2), factor, axis=3)


def bilinear(x, factor):
    """Enlarge maps by straight lines between the middles of pixels."""
    for axis in (2, 3):
        n = x.shape[axis]
        place = np.maximum((np.arange(n * factor) + 0.5) / factor - 0.5, 0)
        first = place.astype(int)
        share = (place - first).reshape([-1 if k == axis else 1 for k in range(4)])
        lower = np.take(x, first, axis=axis)
        x = lower + share * (np.take(x, np.minimum(first + 1, n - 1), axis=axis) - lower)
    return x


def unpool(y, places, size):
    """Write maxima back to their places in maps of zeros."""
    sheet = np.zeros((*y.shape[:2], math.prod(size)))
    np.put_along_axis(sheet, places.reshape(*y.shape[:2], -1), y.reshape(*y.shape[:2], -1), axis=2)
    return sheet.reshape(*y.shape[:2], size[0], size[0])
