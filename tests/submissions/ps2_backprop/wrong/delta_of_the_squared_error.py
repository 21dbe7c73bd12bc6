"""Multiplies by σ′ once more, as a squared error would. Later exercises stand on their own.

loses:
    bce_slope 2
    bce_slope_stable 1
"""


# %% bce_gradient
def bce_gradient(z, y):
    return (sigmoid(z) - y) * d_sigmoid(z) / z.size


# %% mlp_gradients
import numpy as np


def mlp_gradients(parameters, x, y):
    h = sigmoid(x @ parameters["W1"].T + parameters["b1"])
    error = (sigmoid(h @ parameters["W2"].T + parameters["b2"]) - y) / len(x)
    back = (error @ parameters["W2"]) * h * (1 - h)
    return {"W1": back.T @ x, "b1": back.sum(axis=0), "W2": error.T @ h, "b2": error.sum(axis=0)}
