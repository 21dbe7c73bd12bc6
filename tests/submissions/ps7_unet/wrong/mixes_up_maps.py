"""Takes the axes of kernels and pictures in another order.

* stamp: takes the kernel as (outputs, inputs), as a convolution has it.
* conv_matrix: numbers the outputs column by column.
* unpool: counts places down the columns.
* confusion: columns are the truth.

loses:
    stamp_maps 3
    matrix_forward 2
    matrix_transposed 2
    unpool_values 3
    confusion_counts 2
    confusion_bytes 1
"""


# %% stamp
def stamp(x, w, stride=1, padding=0, output_padding=0):
    """Return the transposed convolution of x (N, m, H, W) with w (m, n, f_h, f_w)."""
    tall, wide = w.shape[2:]
    rows, columns = [(n - 1) * stride + f + output_padding for n, f in zip(x.shape[2:], w.shape[2:])]
    canvas = np.zeros((len(x), w.shape[0], rows, columns))
    for i, j in np.ndindex(x.shape[2:]):
        top, left = i * stride, j * stride
        canvas[:, :, top : top + tall, left : left + wide] += np.tensordot(
            x[:, :, i, j], w.swapaxes(0, 1), axes=1
        )
    return canvas[:, :, padding : rows - padding, padding : columns - padding]


# %% conv_matrix
def conv_matrix(shape, w, stride, padding):
    """Return the matrix of a convolution of one picture."""
    high, broad = [n + 2 * padding for n in shape]
    tall, wide = w.shape
    table = []
    for j in range(0, broad - wide + 1, stride):
        for i in range(0, high - tall + 1, stride):
            sheet = np.zeros((high, broad))
            sheet[i : i + tall, j : j + wide] = w
            table.append(sheet[padding : high - padding, padding : broad - padding].ravel())
    return np.array(table)


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
    return sheet.reshape(*y.shape[:2], *size[::-1]).swapaxes(2, 3)


# %% measures
def confusion(truth, guess, classes):
    """Return how many pixels of each class were taken for each class."""
    known = truth != 255
    pairs = truth[known].astype(int) * classes + guess[known]
    return np.bincount(pairs, minlength=classes**2).reshape(classes, classes).T


def overlaps(counts):
    """Return IoU and Dice of every class."""
    hits = counts.diagonal()
    both = counts.sum(axis=0) + counts.sum(axis=1)
    absent = both == 0
    return (hits + absent) / (both - hits + absent), (2 * hits + absent) / (both + absent)


def soft_dice(p, truth):
    """Return the soft Dice loss and its gradient with respect to the probabilities."""
    shared = 2 * (p * truth).sum(axis=(1, 2), keepdims=True) + 1
    size = (p + truth).sum(axis=(1, 2), keepdims=True) + 1
    return 1 - (shared / size).mean(), (shared - 2 * truth * size) / size**2 / len(p)
