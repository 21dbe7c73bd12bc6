"""Sums where means are asked for.

* bce_with_logits: sums over the batch.
* softmax_gradient: the gradient of a sum over the samples.
* residual_gradients: sums over the samples.
* sgd_step: goes up.
* momentum_step: an exponential mean: (1−μ) in front of the gradient.

loses:
    bce_value 2
    bce_stable 2
    softmax_slope 3
    softmax_stable 1
    mlp_value 2
    branch_dx 3
    branch_dW 4
    sgd 2
    sgd_decay 2
    momentum 3
    train_losses 1
"""

# %% bce_with_logits
import numpy as np


def bce_with_logits(z, y):
    return float(np.sum(np.logaddexp(0, z) - y * z))


# %% softmax_gradient
import numpy as np


def softmax_gradient(z, y):
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True) - np.eye(z.shape[1])[y]


# %% residual_gradients
import numpy as np


def residual_gradients(W, x, t):
    a = np.tanh(x @ W.T)
    c = np.tanh(a @ W.T)
    d_o = a + c - t
    d_z2 = d_o * (1 - c**2)
    d_a = d_o + d_z2 @ W
    d_z1 = d_a * (1 - a**2)
    return d_z1 @ W, d_z1.T @ x + d_z2.T @ a


# %% sgd_step
def sgd_step(theta, gradient, rate, decay=0.0):
    return theta + rate * (gradient + decay * theta)


# %% momentum_step
def momentum_step(theta, gradient, velocity, rate, momentum=0.9):
    velocity = momentum * velocity + (1 - momentum) * gradient
    return theta - rate * velocity, velocity
