"""Transposed views, results that are not contiguous, helper functions."""


# %% dense_backward
def dense_backward(delta, x, W):
    return (W.T @ delta.T).T, (x.T @ delta).T, delta.T.sum(axis=1)


# %% bce_gradient
import numpy as np


def bce_gradient(z, y):
    p = np.where(z >= 0, 1 / (1 + np.exp(-np.abs(z))), np.exp(-np.abs(z)) / (1 + np.exp(-np.abs(z))))
    return (p - y) / np.prod(z.shape)


# %% d_tanh
import numpy as np


def d_tanh(z):
    return 4 * d_sigmoid(2 * np.asarray(z))


# %% d_relu
import numpy as np


def d_relu(z):
    return (np.sign(z) > 0) * 1.0
