"""Gradients of pooling by masks and by sorting, and a bias summed with dot products."""

# %% bias_gradient
import numpy as np


def bias_gradient(delta):
    maps = np.moveaxis(delta, 1, 0).reshape(delta.shape[1], -1)
    return maps @ np.ones(maps.shape[1])


# %% pool_gradients
import numpy as np


def max_pool2d_gradient(delta, x, size, stride=None):
    stride, dx = stride or size, np.zeros(x.shape)
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(2, 3))[:, :, ::stride, ::stride]
    winner = windows.reshape(*delta.shape, -1).argmax(axis=-1)
    b, c, i, j = np.indices(delta.shape)
    np.add.at(dx, (b, c, i * stride + winner // size, j * stride + winner % size), delta)
    return dx


def avg_pool2d_gradient(delta, input_size, size, stride=None):
    stride = stride or size
    share = np.full((1, 1, size, size), 1 / size**2)
    maps = [input_gradient(delta[:, c : c + 1], share, input_size, stride) for c in range(delta.shape[1])]
    return np.concatenate(maps, axis=1)
