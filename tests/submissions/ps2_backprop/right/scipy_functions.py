"""SciPy's special functions for the forward pass, derivatives by hand."""

# %% d_sigmoid
from scipy.special import expit


def d_sigmoid(z):
    return expit(z) * expit(-z)


# %% d_tanh
import numpy as np


def d_tanh(z):
    return 1 / np.cosh(np.clip(z, -300, 300)) ** 2


# %% d_relu
import numpy as np


def d_relu(z):
    return np.heaviside(z, 0.0)


# %% bce_with_logits
from scipy.special import log_expit


def bce_with_logits(z, y):
    return -(y * log_expit(z) + (1 - y) * log_expit(-z)).mean()


# %% bce_gradient
from scipy.special import expit


def bce_gradient(z, y):
    return (expit(z) - y) / z.size


# %% softmax_gradient
import numpy as np
from scipy.special import softmax


def softmax_gradient(z, y):
    return (softmax(z, axis=1) - np.eye(z.shape[1])[y]) / len(z)
