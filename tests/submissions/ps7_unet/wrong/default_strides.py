"""Other defaults.

* stamp: stride 2 when left out.
* walk and smallest_input: three convolutions when left out.
* border_map: sigma 4.
* coverage: padding 1.

loses:
    stamp_stride 3
    coverage_counts 3
    walk_output 2
    walk_crops 2
    walk_refuses 1
    smallest_values 2
    border_values 3
    border_touching 2
"""


# %% stamp
def stamp(x, w, stride=2, padding=0, output_padding=0):
    """Return the transposed convolution of x (N, m, H, W) with w (m, n, f_h, f_w)."""
    tall, wide = w.shape[2:]
    rows, columns = [(n - 1) * stride + f + output_padding for n, f in zip(x.shape[2:], w.shape[2:])]
    canvas = np.zeros((len(x), w.shape[1], rows, columns))
    for i, j in np.ndindex(x.shape[2:]):
        top, left = i * stride, j * stride
        canvas[:, :, top : top + tall, left : left + wide] += np.tensordot(x[:, :, i, j], w, axes=1)
    return canvas[:, :, padding : rows - padding, padding : columns - padding]


# %% walk
def walk(size, depth, convs=3):
    """Return the output size of a U-Net with valid convolutions, and what is cut off its copies."""
    copies, crops, lost = [], [], 2 * convs
    for _ in range(depth):
        size -= lost
        if size % 2:
            raise ValueError(f"a pooling meets {size} pixels: choose an input with which all are even")
        copies.append(size)
        size //= 2
    for copy in copies[::-1]:
        size = 2 * (size - lost)
        crops.append((copy, size, (copy - size) // 2))
    if size <= lost:
        raise ValueError("nothing is left at the end: choose a larger input")
    return size - lost, crops


def smallest_input(least, depth, convs=3):
    """Return the smallest input size that fits and gives at least this output."""
    block, lost = 2**depth, 2 * convs
    bottom = math.ceil((least + lost * (2 * block - 1)) / block)
    return bottom * block + lost * (block - 1)


def unet_parameters(in_channels, classes, base, depth):
    """Return the number of parameters of a U-Net with two convolutions on a level."""
    widths = [in_channels] + [base * 2**i for i in range(depth + 1)]
    down = sum(9 * a * b + b + 9 * b * b + b for a, b in itertools.pairwise(widths))
    up = sum(8 * b * b + b + 18 * b * b + b + 9 * b * b + b for b in widths[1:-1])
    return down + up + base * classes + classes


# %% border_map
def border_map(cells, background, inside, w0=10.0, sigma=4.0):
    """Return the weight of every pixel."""
    from scipy import ndimage

    weights = np.where(cells > 0, float(inside), background)
    numbers = np.unique(cells[cells > 0])
    if len(numbers) > 1:
        far = np.sort([ndimage.distance_transform_edt(cells != number) for number in numbers], axis=0)
        weights += w0 * np.exp(-((far[0] + far[1]) ** 2) / (2 * sigma**2))
    return weights


# %% coverage
def coverage(shape, kernel_size, stride, padding=1):
    """Return how many stamps cover each output pixel."""
    lines = []
    for n in shape:
        line = np.zeros((n - 1) * stride + kernel_size, dtype=int)
        for i in range(n):
            line[i * stride : i * stride + kernel_size] += 1
        lines.append(line[padding : len(line) - padding])
    return np.outer(*lines)


def inside(kernel_size, stride):
    """Return the fewest and the most stamps on a pixel far from the border."""
    return (kernel_size // stride) ** 2, math.ceil(kernel_size / stride) ** 2
