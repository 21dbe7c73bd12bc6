"""Forgets σ′ of the hidden layer. Later exercises stand on their own.

loses:
    mlp_b1 3
    mlp_W1 4
"""


# %% mlp_gradients
def mlp_gradients(parameters, x, y):
    z1 = x @ parameters["W1"].T + parameters["b1"]
    h = sigmoid(z1)
    z2 = h @ parameters["W2"].T + parameters["b2"]
    delta2 = bce_gradient(z2, y)
    dh, dW2, db2 = dense_backward(delta2, h, parameters["W2"])
    delta1 = dh
    _, dW1, db1 = dense_backward(delta1, x, parameters["W1"])
    return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2}


# %% train
import numpy as np


def train(parameters, x, y, schedule, rate):
    def gradients(now, x, y):
        h = sigmoid(x @ now["W1"].T + now["b1"])
        error = (sigmoid(h @ now["W2"].T + now["b2"]) - y) / len(x)
        back = (error @ now["W2"]) * h * (1 - h)
        return {"W1": back.T @ x, "b1": back.sum(axis=0), "W2": error.T @ h, "b2": error.sum(axis=0)}

    now, m, v, losses, t = dict(parameters), {}, {}, [], 0
    for epoch in schedule:
        for batch in epoch:
            t += 1
            for name, slope in gradients(now, x[batch], y[batch]).items():
                m[name] = 0.9 * m.get(name, 0.0) + 0.1 * slope
                v[name] = 0.999 * v.get(name, 0.0) + 0.001 * slope**2
                root = np.sqrt(v[name] / (1 - 0.999**t)) + 1e-8
                now[name] = now[name] - rate * m[name] / (1 - 0.9**t) / root
        losses.append(mlp_loss(now, x, y))
    return now, losses
