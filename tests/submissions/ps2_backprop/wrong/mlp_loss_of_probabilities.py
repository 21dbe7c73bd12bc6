"""Takes logarithms of ŷ and 1 − ŷ, which are −∞ for large logits.

loses:
    mlp_value 2
"""

# %% mlp_loss
import numpy as np


def mlp_loss(parameters, x, y):
    h = sigmoid(x @ parameters["W1"].T + parameters["b1"])
    y_hat = sigmoid(h @ parameters["W2"].T + parameters["b2"])
    return float(-np.mean(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat)))
