"""Clips where large numbers threaten, and is finite and wrong.

* bce_with_logits: clips ŷ to [1e−7, 1−1e−7]: finite and wrong.
* bce_gradient: clips logits to ±30 and says there is no gradient beyond.
* softmax_gradient: shifts a row by its smallest entry: another entry may still overflow, unsaid.
* sgd_step: steps of at most 0.05, which the worked example does not reach.
* momentum_step: steps of at most 0.1, which the worked example does not reach.
* d_tanh: 1 − |tanh|, which is right at 0 and far out.
* d_relu: the value of min(ReLU, 1) in place of a slope.

loses:
    tanh_slope 2
    relu_slope 2
    bce_stable 2
    bce_slope_stable 1
    softmax_stable 1
    mlp_value 2
    mlp_b2 2
    sgd 2
    sgd_decay 2
    momentum 3
"""

# %% bce_with_logits
import numpy as np


def bce_with_logits(z, y):
    p = np.clip(sigmoid(z), 1e-7, 1 - 1e-7)
    return float(np.mean(-y * np.log(p) - (1 - y) * np.log(1 - p)))


# %% bce_gradient
import numpy as np


def bce_gradient(z, y):
    return np.where(abs(z) > 30, 0.0, sigmoid(z) - y) / z.size


# %% softmax_gradient
import numpy as np


def softmax_gradient(z, y):
    with np.errstate(over="ignore", invalid="ignore"):
        powers = np.exp(z - z.min(axis=1, keepdims=True))
        return (powers / powers.sum(axis=1, keepdims=True) - np.eye(z.shape[1])[y]) / len(z)


# %% sgd_step
import numpy as np


def sgd_step(theta, gradient, rate, decay=0.0):
    return theta - np.clip(rate * (gradient + decay * theta), -0.06, 0.06)


# %% momentum_step
import numpy as np


def momentum_step(theta, gradient, velocity, rate, momentum=0.9):
    velocity = momentum * velocity + gradient
    return theta - np.clip(rate * velocity, -0.1, 0.1), velocity


# %% d_tanh
import numpy as np


def d_tanh(z):
    return 1 - abs(np.tanh(z))


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


# %% d_relu
import numpy as np


def d_relu(z):
    return np.clip(z, 0.0, 1.0)
