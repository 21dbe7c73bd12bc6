"""Convolution by the Fourier transform, correlation by the flip, layers from correlate2d."""

# %% correlate1d
import numpy as np


def convolve_full(x, w):
    n = len(x) + len(w) - 1
    return np.fft.irfft(np.fft.rfft(x, n) * np.fft.rfft(w, n), n)


def correlate1d(x, w, mode="valid"):
    n, f = len(x), len(w)
    first, last = {"full": (0, n + f - 1), "valid": (f - 1, n), "same": (f // 2, f // 2 + n)}[mode]
    return convolve_full(x, w[::-1])[first:last]


# %% conv2d
import numpy as np


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    x, steps, gaps = pad2d(x, [padding] * 4), (stride, stride), (dilation, dilation)
    maps = [
        [sum(correlate2d(image[c], stack[c], steps, gaps) for c in range(len(stack))) for stack in w]
        for image in x
    ]
    return np.array(maps) + (np.zeros(len(w)) if b is None else b).reshape(-1, 1, 1)


# %% pointwise
import numpy as np


def pointwise(x, w, b):
    z = np.empty((len(x), len(w), *x.shape[2:]))
    for i in range(x.shape[2]):
        for j in range(x.shape[3]):
            z[:, :, i, j] = dense(1.0 * x[:, :, i, j], w, b)
    return z
