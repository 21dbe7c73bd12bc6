"""Results in Fortran order or as every second entry of larger arrays; losses as plain floats."""

# %% dense_backward
import numpy as np


def dense_backward(delta, x, W):
    dx = np.zeros((2 * len(x), 2 * x.shape[1]))[::2, ::2]
    dx += delta @ W
    return dx, np.asfortranarray(delta.T @ x), np.add.reduce(delta[::-1], axis=0)


# %% d_tanh
import numpy as np


def d_tanh(z):
    return np.asfortranarray((1 - np.tanh(z)) * (1 + np.tanh(z)))


# %% relative_error
import math

import numpy as np


def relative_error(a, b):
    first, second, apart = (math.hypot(*np.ravel(c).tolist()) for c in (a, b, a - b))
    return apart / (first + second) if first + second else 0.0


# %% adam_step
def adam_step(theta, gradient, m, v, t, rate=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v = m + (1 - beta1) * (gradient - m), v + (1 - beta2) * (gradient * gradient - v)
    length = (1 - beta2**t) ** 0.5
    return theta - rate * length / (1 - beta1**t) * m / (v**0.5 + eps * length), m, v
