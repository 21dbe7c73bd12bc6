"""Spreads over both ends what belongs to one.

* stamp: puts the output padding on all sides.
* way_back: rounds the length up.
* as_correlation: puts the output padding above and to the left.
* bilinear: corners on corners (align_corners=True).

loses:
    stamp_padding 3
    way_back_values 3
    stuffed_picture 2
    stuffed_whole 2
    bilinear_values 4
"""


# %% stamp
def stamp(x, w, stride=1, padding=0, output_padding=0):
    """Return the transposed convolution of x (N, m, H, W) with w (m, n, f_h, f_w)."""
    tall, wide = w.shape[2:]
    rows, columns = [(n - 1) * stride + f + output_padding for n, f in zip(x.shape[2:], w.shape[2:])]
    canvas = np.zeros((len(x), w.shape[1], rows, columns))
    for i, j in np.ndindex(x.shape[2:]):
        top, left = i * stride, j * stride
        canvas[:, :, top : top + tall, left : left + wide] += np.tensordot(x[:, :, i, j], w, axes=1)
    return canvas[
        :,
        :,
        max(padding - output_padding, 0) : rows - padding,
        max(padding - output_padding, 0) : columns - padding,
    ]


# %% way_back
def way_back(size, kernel_size, stride, padding):
    """Return the length after a convolution, and the output padding that leads back."""
    steps, rest = divmod(size + 2 * padding - kernel_size, stride)
    return steps + 1 + (rest > 0), rest


# %% as_correlation
def as_correlation(x, w, stride, padding, output_padding):
    """Return picture and kernel whose valid cross-correlation is the transposed convolution."""
    zeros = [f - 1 - padding for f in w.shape]
    spans = [(n - 1) * stride + 1 for n in x.shape]
    picture = np.zeros([span + 2 * zero + output_padding for span, zero in zip(spans, zeros)])
    (top, left), (high, broad) = zeros, spans
    picture[len(picture) - top - high :: stride, picture.shape[1] - left - broad :: stride][
        : len(x), : x.shape[1]
    ] = x
    return picture, w[::-1, ::-1].copy()


# %% nearest
def nearest(x, factor):
    """Enlarge maps: each value becomes a block."""
    return np.repeat(np.repeat(x, factor, axis=2), factor, axis=3)


def bilinear(x, factor):
    """Enlarge maps by straight lines between the middles of pixels."""
    for axis in (2, 3):
        n = x.shape[axis]
        place = np.arange(n * factor) * (n - 1) / max(n * factor - 1, 1)
        first = place.astype(int)
        share = (place - first).reshape([-1 if k == axis else 1 for k in range(4)])
        lower = np.take(x, first, axis=axis)
        x = lower + share * (np.take(x, np.minimum(first + 1, n - 1), axis=axis) - lower)
    return x


def unpool(y, places, size):
    """Write maxima back to their places in maps of zeros."""
    sheet = np.zeros((*y.shape[:2], math.prod(size)))
    np.put_along_axis(sheet, places.reshape(*y.shape[:2], -1), y.reshape(*y.shape[:2], -1), axis=2)
    return sheet.reshape(*y.shape[:2], *size)
