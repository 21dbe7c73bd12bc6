"""The formula of some lecture slides, −e^{−z}/(1+e^{−z}). Later exercises stand on their own.

loses:
    sigmoid_slope 2
    sigmoid_tails 1
"""

# %% d_sigmoid
import numpy as np


def d_sigmoid(z):
    return -np.exp(-z) / (1 + np.exp(-z))


# %% mlp_gradients
import numpy as np


def mlp_gradients(parameters, x, y):
    h = sigmoid(x @ parameters["W1"].T + parameters["b1"])
    error = (sigmoid(h @ parameters["W2"].T + parameters["b2"]) - y) / len(x)
    back = (error @ parameters["W2"]) * h * (1 - h)
    return {"W1": back.T @ x, "b1": back.sum(axis=0), "W2": error.T @ h, "b2": error.sum(axis=0)}
