"""Two mistakes.

* Subtracts the largest logit of the whole batch.
* Enlarges by 2 whatever it is told; unpooling to twice the size.

loses:
    nearest_values 1
    bilinear_values 4
    unpool_values 3
    loss_stable 1
"""


# %% pixel_loss
def pixel_loss(logits, target, weights):
    """Return the weighted cross-entropy and its gradient with respect to the logits."""
    lowered = logits - logits.max()
    log_q = lowered - np.log(np.exp(lowered).sum(axis=1, keepdims=True))
    hot = np.arange(logits.shape[1])[:, None, None] == target[:, None]
    scale = weights[:, None] / weights.size
    return -(scale * hot * log_q).sum(), scale * (np.exp(log_q) - hot)


# %% nearest
def nearest(x, factor):
    """Enlarge maps: each value becomes a block."""
    return np.repeat(np.repeat(x, 2, axis=2), 2, axis=3)


def bilinear(x, factor):
    """Enlarge maps by straight lines between the middles of pixels."""
    for axis in (2, 3):
        n, factor = x.shape[axis], 2
        place = np.maximum((np.arange(n * factor) + 0.5) / factor - 0.5, 0)
        first = place.astype(int)
        share = (place - first).reshape([-1 if k == axis else 1 for k in range(4)])
        lower = np.take(x, first, axis=axis)
        x = lower + share * (np.take(x, np.minimum(first + 1, n - 1), axis=axis) - lower)
    return x


def unpool(y, places, size):
    """Write maxima back to their places in maps of zeros."""
    size = 2 * y.shape[2], 2 * y.shape[3]
    sheet = np.zeros((*y.shape[:2], math.prod(size)))
    np.put_along_axis(sheet, places.reshape(*y.shape[:2], -1), y.reshape(*y.shape[:2], -1), axis=2)
    return sheet.reshape(*y.shape[:2], *size)
