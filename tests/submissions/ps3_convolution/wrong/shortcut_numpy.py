"""Lets NumPy convolve, correlate and pad.

loses:
    corr_valid 2
    corr_full 1
    corr_same 2
    conv_flip 2
    conv_modes 1
    pad_constant 2
    pad_modes 2
"""

# %% correlate1d
import numpy as np


def correlate1d(x, w, mode="valid"):
    return np.correlate(x, w, mode)


# %% convolve1d
import numpy as np


def convolve1d(x, w, mode="valid"):
    return np.convolve(x, w, mode)


# %% pad2d
import numpy as np


def pad2d(x, padding, mode="constant", value=0):
    top, bottom, left, right = padding
    sides = [(0, 0)] * (x.ndim - 2) + [(top, bottom), (left, right)]
    if mode == "constant":
        return np.pad(x, sides, constant_values=value)
    return np.pad(x, sides, {"replicate": "edge", "circular": "wrap"}.get(mode, mode))


# %% conv2d
def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    (batch, _, height, width), (maps, _, fh, fw) = x.shape, w.shape
    padded = np.zeros((*x.shape[:2], height + 2 * padding, width + 2 * padding))
    padded[:, :, padding : padding + height, padding : padding + width] = x
    rows = output_size(height, fh, padding, stride, dilation)
    columns = output_size(width, fw, padding, stride, dilation)
    y = np.zeros((batch, maps, rows, columns))
    for u, v in np.ndindex(fh, fw):
        down, across = u * dilation, v * dilation
        seen = padded[:, :, down : down + stride * rows : stride, across : across + stride * columns : stride]
        y += np.einsum("bcij,kc->bkij", seen, w[:, :, u, v])
    return y if b is None else y + b[:, None, None]


# %% weight_gradient
def weight_gradient(delta, x, kernel_size, stride=1, padding=0, dilation=1):
    height, width = x.shape[2:]
    padded = np.zeros((*x.shape[:2], height + 2 * padding, width + 2 * padding))
    padded[:, :, padding : padding + height, padding : padding + width] = x
    rows, columns = delta.shape[2:]
    taps = []
    for u, v in np.ndindex(*kernel_size):
        down, across = u * dilation, v * dilation
        seen = padded[:, :, down : down + stride * rows : stride, across : across + stride * columns : stride]
        taps.append(np.einsum("bkij,bcij->kc", delta, seen))
    return np.stack(taps, axis=2).reshape(delta.shape[1], x.shape[1], *kernel_size)
