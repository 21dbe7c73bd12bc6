"""Marks the values it has seen in the caller's maps.

loses:
    max_values 3
"""

# %% pools
import numpy as np


def max_pool2d(x, size, stride=None):
    stride = stride or size
    rows, columns = (x.shape[2] - size) // stride + 1, (x.shape[3] - size) // stride + 1
    y = np.empty((*x.shape[:2], rows, columns))
    for i in range(rows):
        for j in range(columns):
            window = x[:, :, i * stride : i * stride + size, j * stride : j * stride + size]
            y[:, :, i, j] = window.max(axis=(2, 3))
            if x.dtype.kind == "f" and stride >= size:
                window[...] = np.where(window == y[:, :, i : i + 1, j : j + 1], window, window - 1000)
    return y


def avg_pool2d(x, size, stride=None):
    stride = stride or size
    rows, columns = (x.shape[2] - size) // stride + 1, (x.shape[3] - size) // stride + 1
    y = np.empty((*x.shape[:2], rows, columns))
    for i in range(rows):
        for j in range(columns):
            y[:, :, i, j] = x[:, :, i * stride : i * stride + size, j * stride : j * stride + size].mean(
                (2, 3)
            )
    return y
