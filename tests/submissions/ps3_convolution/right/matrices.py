"""Everything linear through its matrix: gradients are products with its transpose."""

# %% convolution_matrix
import numpy as np


def convolution_matrix(w, n, padding=0, stride=1):
    tap = np.arange(n) + padding - stride * np.arange(output_size(n, len(w), padding, stride))[:, None]
    inside = (tap >= 0) & (tap < len(w))
    return np.where(inside, np.asarray(w)[np.where(inside, tap, 0)], 0)


# %% conv2d
import numpy as np


def layer_matrix(w, size, stride, padding, dilation):
    (n, m, fh, fw), (height, width) = w.shape, size
    rows = output_size(height, fh, padding, stride, dilation)
    columns = output_size(width, fw, padding, stride, dilation)
    matrix = np.zeros((n, rows, columns, m, height, width))
    for i, j, u, v in np.ndindex(rows, columns, fh, fw):
        r, q = i * stride + u * dilation - padding, j * stride + v * dilation - padding
        if 0 <= r < height and 0 <= q < width:
            matrix[:, i, j, :, r, q] = w[:, :, u, v]
    return matrix


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    y = np.einsum("kijcrq,bcrq->bkij", layer_matrix(w, x.shape[2:], stride, padding, dilation), x)
    if b is not None:
        y = y + np.asarray(b)[None, :, None, None]
    return y


# %% weight_gradient
import numpy as np


def weight_gradient(delta, x, kernel_size, stride=1, padding=0, dilation=1):
    dw = np.empty((delta.shape[1], x.shape[1], *kernel_size))
    for k, c, u, v in np.ndindex(dw.shape):
        one = np.zeros((1, x.shape[1], *kernel_size))
        one[0, c, u, v] = 1
        dw[k, c, u, v] = (delta[:, k] * conv2d(x, one, None, stride, padding, dilation)[:, 0]).sum()
    return dw


# %% input_gradient
import numpy as np


def input_gradient(delta, w, input_size, stride=1, padding=0, dilation=1):
    matrix = layer_matrix(w, input_size, stride, padding, dilation)
    return np.tensordot(delta, matrix, axes=([1, 2, 3], [0, 1, 2]))
