"""Training with a class for Adam and copies of all arrays."""

# %% train
import copy

import numpy as np


class Adam:
    def __init__(self, rate):
        self.rate, self.memory, self.count = rate, {}, 0

    def step(self, parameters, gradients):
        self.count += 1
        for name, gradient in gradients.items():
            m, v = self.memory.get(name, (np.zeros_like(gradient), np.zeros_like(gradient)))
            parameters[name], m, v = adam_step(parameters[name], gradient, m, v, self.count, self.rate)
            self.memory[name] = m, v


def train(parameters, x, y, schedule, rate):
    parameters, optimiser = copy.deepcopy(parameters), Adam(rate)
    losses = []
    for epoch in schedule:
        for batch in epoch:
            optimiser.step(
                parameters, mlp_gradients(parameters, np.take(x, batch, axis=0), np.take(y, batch, axis=0))
            )
        losses.append(mlp_loss(parameters, x, y))
    return parameters, losses
