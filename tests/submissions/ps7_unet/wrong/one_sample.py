"""Works for the first sample or map only.

* stamp: copies the first sample's stamps to all.
* bilinear: enlarges the first map for all.
* unpool: uses the places of the first map for all.
* soft_dice: divides by the pixels instead of the samples.
* tiled: one map only.

loses:
    stamp_maps 3
    bilinear_values 4
    unpool_values 3
    soft_gradient 2
    tiles_whole 3
"""


# %% stamp
def stamp(x, w, stride=1, padding=0, output_padding=0):
    """Return the transposed convolution of x (N, m, H, W) with w (m, n, f_h, f_w)."""
    tall, wide = w.shape[2:]
    rows, columns = [(n - 1) * stride + f + output_padding for n, f in zip(x.shape[2:], w.shape[2:])]
    canvas = np.zeros((len(x), w.shape[1], rows, columns))
    for i, j in np.ndindex(x.shape[2:]):
        top, left = i * stride, j * stride
        canvas[:, :, top : top + tall, left : left + wide] += np.tensordot(x[:1, :, i, j], w, axes=1)
    return canvas[:, :, padding : rows - padding, padding : columns - padding]


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
        x = x[:, :1] + 0 * x
        lower = np.take(x, first, axis=axis)
        x = lower + share * (np.take(x, np.minimum(first + 1, n - 1), axis=axis) - lower)
    return x


def unpool(y, places, size):
    """Write maxima back to their places in maps of zeros."""
    sheet = np.zeros((*y.shape[:2], math.prod(size)))
    np.put_along_axis(
        sheet,
        np.broadcast_to(places[:1, :1], y.shape).reshape(*y.shape[:2], -1),
        y.reshape(*y.shape[:2], -1),
        axis=2,
    )
    return sheet.reshape(*y.shape[:2], *size)


# %% measures
def confusion(truth, guess, classes):
    """Return how many pixels of each class were taken for each class."""
    known = truth != 255
    pairs = truth[known].astype(int) * classes + guess[known]
    return np.bincount(pairs, minlength=classes**2).reshape(classes, classes)


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
    return 1 - (shared / size).mean(), (shared - 2 * truth * size) / size**2 / p.size


# %% tiled
def tiled(net, picture, tile, margin):
    """Return the net's maps for a large picture, tile by tile."""
    core, (height, width) = tile - 2 * margin, picture.shape[1:]
    mirrored = F.pad(picture[None], [margin] * 4, mode="reflect")
    whole = None
    for row in range(0, height, core):
        for column in range(0, width, core):
            top, left = min(row, height - core), min(column, width - core)
            part = net(mirrored[:, :, top : top + tile, left : left + tile])[0]
            if whole is None:
                whole = part.new_zeros(len(part), height, width)
            whole[:, top : top + core, left : left + core] = part[:1]
    return whole
