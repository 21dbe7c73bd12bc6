"""Pairs parameters with gradients by their place in the dictionaries.

loses:
    train_steps 3
"""

# %% train
import numpy as np


def train(parameters, x, y, schedule, rate):
    names, now = list(parameters), list(parameters.values())
    m, v = [np.zeros(value.shape) for value in now], [np.zeros(value.shape) for value in now]
    losses, t = [], 0
    for epoch in schedule:
        for batch in epoch:
            t += 1
            slopes = list(mlp_gradients(dict(zip(names, now)), x[batch], y[batch]).values())
            for i in range(4):
                now[i], m[i], v[i] = adam_step(now[i], slopes[i], m[i], v[i], t, rate)
        losses.append(mlp_loss(dict(zip(names, now)), x, y))
    return dict(zip(names, now)), losses
