"""Turns kernels round where they stand, and not where they must be turned.

* stamp: stamps with a flipped kernel.
* as_correlation: does not flip the kernel.
* conv_matrix: flips the kernel.
* walk: finest level first.
* Booleans.

loses:
    stamp_stride 3
    stamp_padding 3
    stamp_maps 3
    stuffed_whole 2
    matrix_forward 2
    matrix_transposed 2
    walk_crops 2
    segment_values 1
"""


# %% stamp
def stamp(x, w, stride=1, padding=0, output_padding=0):
    """Return the transposed convolution of x (N, m, H, W) with w (m, n, f_h, f_w)."""
    tall, wide = w.shape[2:]
    rows, columns = [(n - 1) * stride + f + output_padding for n, f in zip(x.shape[2:], w.shape[2:])]
    canvas = np.zeros((len(x), w.shape[1], rows, columns))
    for i, j in np.ndindex(x.shape[2:]):
        top, left = i * stride, j * stride
        canvas[:, :, top : top + tall, left : left + wide] += np.tensordot(
            x[:, :, i, j], w[..., ::-1, ::-1], axes=1
        )
    return canvas[:, :, padding : rows - padding, padding : columns - padding]


# %% as_correlation
def as_correlation(x, w, stride, padding, output_padding):
    """Return picture and kernel whose valid cross-correlation is the transposed convolution."""
    zeros = [f - 1 - padding for f in w.shape]
    spans = [(n - 1) * stride + 1 for n in x.shape]
    picture = np.zeros([span + 2 * zero + output_padding for span, zero in zip(spans, zeros)])
    (top, left), (high, broad) = zeros, spans
    picture[top : top + high : stride, left : left + broad : stride] = x
    return picture, w.copy()


# %% conv_matrix
def conv_matrix(shape, w, stride, padding):
    """Return the matrix of a convolution of one picture."""
    high, broad = [n + 2 * padding for n in shape]
    tall, wide = w.shape
    table = []
    for i in range(0, high - tall + 1, stride):
        for j in range(0, broad - wide + 1, stride):
            sheet = np.zeros((high, broad))
            sheet[i : i + tall, j : j + wide] = w[::-1, ::-1]
            table.append(sheet[padding : high - padding, padding : broad - padding].ravel())
    return np.array(table)


# %% walk
def walk(size, depth, convs=2):
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
    return size - lost, crops[::-1]


def smallest_input(least, depth, convs=2):
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


# %% learn
def class_factors(y, classes):
    """Return a factor for each class, with which all count alike."""
    found = np.bincount(y.ravel(), minlength=classes)
    return (found > 0) * y.size / (classes * np.maximum(found, 1))


def learn(net, x, y):
    """Train the net on pictures x and masks y."""
    factors = class_factors(y.numpy(), 2)
    practise(net, lambda logits, targets: pixel_loss(logits, targets, factors[targets]), x, y)


def segment(net, x):
    """Return the class of every pixel."""
    classes = []
    with torch.no_grad():
        for k in range(len(x)):
            classes.append(net(x[k : k + 1]).argmax(dim=1) > 0)
    return torch.cat(classes)
