"""Formulas that overflow for large numbers, one in each exercise.

* d_sigmoid: the right formula with e^{−z}: infinity over infinity far to the left.
* d_tanh: (4 e^{2z})/(e^{2z}+1)², which is NaN for large z.
* bce_with_logits: takes logarithms of σ and 1−σ.
* bce_gradient: differentiates ln(1+e^z) as e^z/(1+e^z).
* softmax_gradient: no shift.
* relative_error: 0/0 where both gradients are zero.

loses:
    sigmoid_tails 1
    tanh_slope 2
    bce_stable 2
    bce_slope_stable 1
    softmax_stable 1
    relative 2
    faulty_names 3
    mlp_value 2
    mlp_b2 2
"""

# %% d_sigmoid
import numpy as np


def d_sigmoid(z):
    return np.exp(-z) / (1 + np.exp(-z)) ** 2


# %% d_tanh
import numpy as np


def d_tanh(z):
    return 4 * np.exp(2.0 * z) / (np.exp(2.0 * z) + 1) ** 2


# %% residual_gradients
import numpy as np


def residual_gradients(W, x, t):
    a = np.tanh(x @ W.T)
    c = np.tanh(a @ W.T)
    d_o = (a + c - t) / len(x)
    d_z2 = d_o * (1 - c**2)
    d_a = d_o + d_z2 @ W
    d_z1 = d_a * (1 - a**2)
    return d_z1 @ W, d_z1.T @ x + d_z2.T @ a


# %% bce_with_logits
import numpy as np


def bce_with_logits(z, y):
    p = sigmoid(z)
    return float(np.mean(-y * np.log(p) - (1 - y) * np.log(1 - p)))


# %% bce_gradient
import numpy as np


def bce_gradient(z, y):
    return (np.exp(z) / (1 + np.exp(z)) - y) / z.size


# %% softmax_gradient
import numpy as np


def softmax_gradient(z, y):
    return (np.exp(z) / np.exp(z).sum(axis=1, keepdims=True) - np.eye(z.shape[1])[y]) / len(z)


# %% relative_error
import numpy as np


def relative_error(a, b):
    return float(np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b)))
