"""Writes where stamps must add up, and other lost sums.

* stamp: a later stamp replaces what lies below it.
* coverage: counts a pixel once, however many stamps cover it.
* confusion: `table[truth, guess] += 1` counts equal pairs once.
* soft_dice: sums over the whole batch.

loses:
    stamp_stride 3
    stamp_padding 3
    stamp_maps 3
    coverage_counts 3
    confusion_counts 2
    confusion_bytes 1
    soft_value 1
    soft_gradient 2
"""


# %% stamp
def stamp(x, w, stride=1, padding=0, output_padding=0):
    """Return the transposed convolution of x (N, m, H, W) with w (m, n, f_h, f_w)."""
    tall, wide = w.shape[2:]
    rows, columns = [(n - 1) * stride + f + output_padding for n, f in zip(x.shape[2:], w.shape[2:])]
    canvas = np.zeros((len(x), w.shape[1], rows, columns))
    for i, j in np.ndindex(x.shape[2:]):
        top, left = i * stride, j * stride
        canvas[:, :, top : top + tall, left : left + wide] = np.tensordot(x[:, :, i, j], w, axes=1)
    return canvas[:, :, padding : rows - padding, padding : columns - padding]


# %% coverage
def coverage(shape, kernel_size, stride, padding=0):
    """Return how many stamps cover each output pixel."""
    lines = []
    for n in shape:
        line = np.zeros((n - 1) * stride + kernel_size, dtype=int)
        for i in range(n):
            line[i * stride : i * stride + kernel_size] = 1
        lines.append(line[padding : len(line) - padding])
    return np.outer(*lines)


def inside(kernel_size, stride):
    """Return the fewest and the most stamps on a pixel far from the border."""
    return (kernel_size // stride) ** 2, math.ceil(kernel_size / stride) ** 2


# %% measures
def confusion(truth, guess, classes):
    """Return how many pixels of each class were taken for each class."""
    known = truth != 255
    counts = np.zeros((classes, classes), dtype=int)
    counts[truth[known], guess[known]] += 1
    return counts


def overlaps(counts):
    """Return IoU and Dice of every class."""
    hits = counts.diagonal()
    both = counts.sum(axis=0) + counts.sum(axis=1)
    absent = both == 0
    return (hits + absent) / (both - hits + absent), (2 * hits + absent) / (both + absent)


def soft_dice(p, truth):
    """Return the soft Dice loss and its gradient with respect to the probabilities."""
    shared = 2 * (p * truth).sum(keepdims=True) + 1
    size = (p + truth).sum(keepdims=True) + 1
    return 1 - (shared / size).mean(), (shared - 2 * truth * size) / size**2 / len(p)
