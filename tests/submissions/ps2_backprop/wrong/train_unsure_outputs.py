"""Divides the last layer by ten in the end: every decision is right, and no output is sure of it.

loses:
    train_steps 3
    train_xor 2
    train_moons 2
"""

# %% train
import numpy as np


def train(parameters, x, y, schedule, rate):
    now = dict(parameters)
    m = {name: np.zeros(value.shape) for name, value in now.items()}
    v, losses, t = dict(m), [], 0
    for epoch in schedule:
        for batch in epoch:
            t += 1
            for name, slope in mlp_gradients(now, x[batch], y[batch]).items():
                now[name], m[name], v[name] = adam_step(now[name], slope, m[name], v[name], t, rate)
        unsure = now | {name: now[name] / 10 for name in ("W2", "b2")}
        losses.append(mlp_loss(unsure, x, y))
    return unsure, losses
