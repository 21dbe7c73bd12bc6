"""Loops over everything, and no more NumPy than needed."""

# %% correlate1d
import numpy as np


def correlate1d(x, w, mode="valid"):
    f, n = len(w), len(x)
    first = {"valid": 0, "same": -((f - 1) // 2), "full": -(f - 1)}[mode]
    count = {"valid": n - f + 1, "same": n, "full": n + f - 1}[mode]
    y = np.zeros(count)
    for i in range(count):
        for u in range(f):
            if 0 <= first + i + u < n:
                y[i] += float(w[u]) * float(x[first + i + u])
    return y


# %% conv2d
import numpy as np


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    rows = output_size(x.shape[2], w.shape[2], padding, stride, dilation)
    columns = output_size(x.shape[3], w.shape[3], padding, stride, dilation)
    y = np.zeros((len(x), len(w), rows, columns))
    for image, k, i, j in np.ndindex(y.shape):
        total = 0.0 if b is None else float(b[k])
        for c, u, v in np.ndindex(w.shape[1:]):
            r, q = i * stride + u * dilation - padding, j * stride + v * dilation - padding
            if 0 <= r < x.shape[2] and 0 <= q < x.shape[3]:
                total += float(w[k, c, u, v]) * float(x[image, c, r, q])
        y[image, k, i, j] = total
    return y


# %% weight_gradient
import numpy as np


def weight_gradient(delta, x, kernel_size, stride=1, padding=0, dilation=1):
    dw = np.zeros((delta.shape[1], x.shape[1], *kernel_size))
    for k, c, u, v in np.ndindex(dw.shape):
        for image, i, j in np.ndindex(len(delta), *delta.shape[2:]):
            r, q = i * stride + u * dilation - padding, j * stride + v * dilation - padding
            if 0 <= r < x.shape[2] and 0 <= q < x.shape[3]:
                dw[k, c, u, v] += delta[image, k, i, j] * x[image, c, r, q]
    return dw


# %% input_gradient
import numpy as np


def input_gradient(delta, w, input_size, stride=1, padding=0, dilation=1):
    dx = np.zeros((len(delta), w.shape[1], *input_size))
    for image, k, i, j in np.ndindex(delta.shape):
        for c, u, v in np.ndindex(w.shape[1:]):
            r, q = i * stride + u * dilation - padding, j * stride + v * dilation - padding
            if 0 <= r < input_size[0] and 0 <= q < input_size[1]:
                dx[image, c, r, q] += delta[image, k, i, j] * w[k, c, u, v]
    return dx


# %% pools
import numpy as np


def each_window(x, size, stride, summary):
    stride = stride or size
    rows, columns = output_size(x.shape[2], size, 0, stride), output_size(x.shape[3], size, 0, stride)
    y = np.zeros((*x.shape[:2], rows, columns))
    for b, c, i, j in np.ndindex(y.shape):
        window = [x[b, c, i * stride + u, j * stride + v] for u in range(size) for v in range(size)]
        y[b, c, i, j] = summary([float(value) for value in window])
    return y


def max_pool2d(x, size, stride=None):
    return each_window(x, size, stride, max)


def avg_pool2d(x, size, stride=None):
    return each_window(x, size, stride, lambda window: sum(window) / len(window))
