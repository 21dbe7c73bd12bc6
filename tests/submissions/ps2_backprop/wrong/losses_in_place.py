"""Right values; the targets' array holds something else afterwards. Later exercises stand on their own.

loses:
    bce_value 2
    bce_slope 2
"""

# %% bce_with_logits
import numpy as np


def bce_with_logits(z, y):
    y *= z
    return float(np.mean(np.logaddexp(0, z) - y))


# %% bce_gradient
def bce_gradient(z, y):
    y -= sigmoid(z)
    return -y / z.size


# %% mlp_loss
import numpy as np


def mlp_loss(parameters, x, y):
    h = sigmoid(x @ parameters["W1"].T + parameters["b1"])
    z = h @ parameters["W2"].T + parameters["b2"]
    return float(np.mean(np.logaddexp(0, z) - y * z))


# %% mlp_gradients
def mlp_gradients(parameters, x, y):
    h = sigmoid(x @ parameters["W1"].T + parameters["b1"])
    delta = (sigmoid(h @ parameters["W2"].T + parameters["b2"]) - y) / len(x)
    back = (delta @ parameters["W2"]) * h * (1 - h)
    return {"W1": back.T @ x, "b1": back.sum(axis=0), "W2": delta.T @ h, "b2": delta.sum(axis=0)}
