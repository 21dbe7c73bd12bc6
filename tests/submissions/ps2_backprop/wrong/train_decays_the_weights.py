"""Adds a weight decay of 0.003 that nobody asked for: the loss stays too large.

loses:
    train_steps 3
    train_xor 2
    train_moons 2
"""

# %% train
import numpy as np


def train(parameters, x, y, schedule, rate):
    parameters = dict(parameters)
    m = {name: np.zeros(value.shape) for name, value in parameters.items()}
    v = {name: np.zeros(value.shape) for name, value in parameters.items()}
    losses, t = [], 0
    for epoch in schedule:
        for batch in epoch:
            t += 1
            gradients = mlp_gradients(parameters, x[batch], y[batch])
            for name in parameters:
                parameters[name], m[name], v[name] = adam_step(
                    parameters[name], gradients[name] + 0.003 * parameters[name], m[name], v[name], t, rate
                )
        losses.append(mlp_loss(parameters, x, y))
    return parameters, losses
