"""Turns round one axis of two.

* as_correlation: flips the rows only.
* bilinear: enlarges the columns with the rows' shares turned round.
* confusion: counts the classes backwards.

loses:
    stuffed_whole 2
    bilinear_values 4
    confusion_counts 2
    confusion_bytes 1
"""


# %% as_correlation
def as_correlation(x, w, stride, padding, output_padding):
    """Return picture and kernel whose valid cross-correlation is the transposed convolution."""
    zeros = [f - 1 - padding for f in w.shape]
    spans = [(n - 1) * stride + 1 for n in x.shape]
    picture = np.zeros([span + 2 * zero + output_padding for span, zero in zip(spans, zeros)])
    (top, left), (high, broad) = zeros, spans
    picture[top : top + high : stride, left : left + broad : stride] = x
    return picture, w[::-1].copy()


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
        x = lower + (1 - share) * (np.take(x, np.minimum(first + 1, n - 1), axis=axis) - lower)
    return x


def unpool(y, places, size):
    """Write maxima back to their places in maps of zeros."""
    sheet = np.zeros((*y.shape[:2], math.prod(size)))
    np.put_along_axis(sheet, places.reshape(*y.shape[:2], -1), y.reshape(*y.shape[:2], -1), axis=2)
    return sheet.reshape(*y.shape[:2], *size)


# %% measures
def confusion(truth, guess, classes):
    """Return how many pixels of each class were taken for each class."""
    known = truth != 255
    pairs = truth[known].astype(int) * classes + guess[known]
    return np.bincount(pairs, minlength=classes**2).reshape(classes, classes)[::-1, ::-1]


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
