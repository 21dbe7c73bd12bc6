"""NumPy integers for counts, results that are views and not contiguous."""

# %% output_size
import numpy as np


def output_size(n, f, padding=0, stride=1, dilation=1):
    room = np.int64(n) + 2 * padding - dilation * (f - 1) - 1
    if room < 0:
        raise ValueError("the kernel does not fit")
    return np.floor_divide(room, stride) + 1


# %% unread
import numpy as np


def unread(n, f, padding=0, stride=1, dilation=1):
    starts = stride * np.arange(output_size(n, f, padding, stride, dilation))
    read = starts[:, None] + dilation * np.arange(f) - padding
    return list(np.setdiff1d(np.arange(n), read))


# %% pad2d
import numpy as np


def pad2d(x, padding, mode="constant", value=0):
    top, bottom, left, right = padding
    (height, width), lead = x.shape[-2:], x.shape[:-2]
    if mode != "constant":
        rows = np.array([source_index(i, height, mode) for i in range(-top, height + bottom)])
        columns = np.array([source_index(j, width, mode) for j in range(-left, width + right)])
        return x[..., rows[:, None], columns]
    high = [np.full((*lead, k, width), float(value)) for k in (top, bottom)]
    x = np.concatenate([high[0], x, high[1]], axis=-2)
    wide = [np.full((*x.shape[:-1], k), float(value)) for k in (left, right)]
    return np.concatenate([wide[0], x, wide[1]], axis=-1)


# %% correlate2d
import numpy as np


def correlate2d(x, w, stride=(1, 1), dilation=(1, 1)):
    rows = output_size(x.shape[0], w.shape[0], stride=stride[0], dilation=dilation[0])
    columns = output_size(x.shape[1], w.shape[1], stride=stride[1], dilation=dilation[1])
    y = np.zeros((2 * columns, 2 * rows))[::2, ::2].T
    for (u, v), weight in np.ndenumerate(w):
        r, c = u * dilation[0], v * dilation[1]
        y += float(weight) * x[r : r + rows * stride[0] : stride[0], c : c + columns * stride[1] : stride[1]]
    return y


# %% grouped_conv2d
import numpy as np


def grouped_conv2d(x, w, b, groups):
    m, n = x.shape[1] // groups, len(w) // groups
    full = np.zeros((len(w), x.shape[1], *w.shape[2:]))
    for g in range(groups):
        full[g * n : (g + 1) * n, g * m : (g + 1) * m] = w[g * n : (g + 1) * n]
    return conv2d(x, full, b)
