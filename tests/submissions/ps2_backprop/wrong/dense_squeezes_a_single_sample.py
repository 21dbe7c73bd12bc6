"""Drops the batch axis of a single sample. Later exercises stand on their own.

loses:
    dense_dW 3
    dense_db 2
    dense_dx 3
"""

# %% dense_backward
import numpy as np


def dense_backward(delta, x, W):
    return delta @ W, np.squeeze(delta).T @ np.squeeze(x) if len(x) == 1 else delta.T @ x, delta.sum(axis=0)


# %% mlp_gradients
import numpy as np


def mlp_gradients(parameters, x, y):
    h = sigmoid(x @ parameters["W1"].T + parameters["b1"])
    error = (sigmoid(h @ parameters["W2"].T + parameters["b2"]) - y) / len(x)
    back = (error @ parameters["W2"]) * h * (1 - h)
    return {"W1": back.T @ x, "b1": back.sum(axis=0), "W2": error.T @ h, "b2": error.sum(axis=0)}


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
