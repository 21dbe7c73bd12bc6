"""Rounds results to float32. Later exercises stand on their own.

loses:
    sigmoid_slope 2
    tanh_slope 2
    bce_slope 2
    softmax_slope 3
    dense_dW 3
    dense_db 2
    dense_dx 3
    branch_dx 3
    branch_dW 4
    sgd 2
    sgd_decay 2
    momentum 3
"""

# %% d_sigmoid
import numpy as np


def d_sigmoid(z):
    falling = np.exp(-np.abs(z))
    slopes = falling / (1 + falling) ** 2
    return np.where(np.abs(z) < 20, np.float32(slopes), slopes)


# %% d_tanh
import numpy as np


def d_tanh(z):
    return (1 - np.tanh(z) ** 2).astype(np.float32)


# %% bce_gradient
import numpy as np


def bce_gradient(z, y):
    return ((sigmoid(z) - y) / z.size).astype(np.float32)


# %% softmax_gradient
import numpy as np


def softmax_gradient(z, y):
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    p = powers / powers.sum(axis=1, keepdims=True) - np.eye(z.shape[1])[y]
    return (p / len(z)).astype(np.float32)


# %% dense_backward
import numpy as np


def dense_backward(delta, x, W):
    return tuple(g.astype(np.float32) for g in (delta @ W, delta.T @ x, delta.sum(axis=0)))


# %% mlp_gradients
def mlp_gradients(parameters, x, y):
    h = sigmoid(x @ parameters["W1"].T + parameters["b1"])
    delta = (sigmoid(h @ parameters["W2"].T + parameters["b2"]) - y) / len(x)
    back = (delta @ parameters["W2"]) * h * (1 - h)
    return {"W1": back.T @ x, "b1": back.sum(axis=0), "W2": delta.T @ h, "b2": delta.sum(axis=0)}


# %% sgd_step
import numpy as np


def sgd_step(theta, gradient, rate, decay=0.0):
    return (theta - rate * (gradient + decay * theta)).astype(np.float32)


# %% momentum_step
import numpy as np


def momentum_step(theta, gradient, velocity, rate, momentum=0.9):
    velocity = momentum * velocity + gradient
    return (theta - rate * velocity).astype(np.float32), velocity
