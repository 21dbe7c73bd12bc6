"""Lets SciPy convolve.

loses:
    corr_valid 2
    corr_full 1
    corr_same 2
    conv_flip 2
    conv_modes 1
    corr2d_values 3
    corr2d_stride 2
    corr2d_dilation 2
    conv2d_flip 1
    matrix_plain 2
    matrix_stride 2
    matrix_padding 1
"""

# %% correlate1d
from scipy import ndimage, signal


def correlate1d(x, w, mode="valid"):
    return ndimage.correlate1d(x, w, mode="constant") if mode == "same" else signal.correlate(x, w, mode)


# %% convolve1d
from scipy import signal


def convolve1d(x, w, mode="valid"):
    return signal.convolve(x, w, mode)


# %% correlate2d
import numpy as np
from scipy import signal


def correlate2d(x, w, stride=(1, 1), dilation=(1, 1)):
    spread = np.zeros([d * (f - 1) + 1 for d, f in zip(dilation, w.shape, strict=True)])
    spread[:: dilation[0], :: dilation[1]] = w
    return signal.correlate2d(x, spread, "valid")[:: stride[0], :: stride[1]]


# %% convolve2d
from scipy import signal


def convolve2d(x, w):
    return signal.convolve2d(x, w, "valid")


# %% convolution_matrix
import numpy as np
from scipy import linalg


def convolution_matrix(w, n, padding=0, stride=1):
    wide = n + 2 * padding
    column, row = np.zeros(wide - len(w) + 1), np.zeros(wide)
    column[0], row[: len(w)] = w[0], w
    return linalg.toeplitz(column, row)[::stride, padding : padding + n]
