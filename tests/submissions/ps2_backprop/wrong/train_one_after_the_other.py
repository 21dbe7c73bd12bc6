"""Takes each parameter's gradient after the others have moved.

loses:
    train_steps 3
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
            for name in parameters:
                parameters[name], m[name], v[name] = adam_step(
                    parameters[name],
                    mlp_gradients(parameters, x[batch], y[batch])[name],
                    m[name],
                    v[name],
                    t,
                    rate,
                )
        losses.append(mlp_loss(parameters, x, y))
    return parameters, losses
