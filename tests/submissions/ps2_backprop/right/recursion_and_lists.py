"""Recursion, lists and the mean of single samples' gradients."""

# %% numerical_gradient
import numpy as np


def numerical_gradient(loss, a, step=1e-5):
    a = np.array(a, dtype=float, order="C")

    def slopes(done, left):
        if left:
            return [slopes((*done, i), left[1:]) for i in range(left[0])]
        up, down = a.copy(), a.copy()
        up[done], down[done] = a[done] + step, a[done] - step
        return (loss(up) - loss(down)) / step / 2

    return np.array(slopes((), a.shape))


# %% mlp_gradients
import numpy as np


def mlp_gradients(parameters, x, y):
    total = {"b2": 0.0, "W2": 0.0, "b1": 0.0, "W1": 0.0}
    for row, target in zip(x, y):
        h = sigmoid(parameters["W1"] @ row + parameters["b1"])
        d2 = sigmoid(parameters["W2"] @ h + parameters["b2"]) - target
        d1 = parameters["W2"][0] * d2 * h * (1 - h)
        one = {"b2": d2, "W2": np.outer(d2, h), "b1": d1, "W1": np.outer(d1, row)}
        total = {name: total[name] + one[name] / len(x) for name in total}
    return total


# %% epoch_batches
import random

import numpy as np


def epoch_batches(samples, batch_size, epochs, seed):
    shuffled, schedule = random.Random(seed), []

    def cut(order):
        return [np.array(order[:batch_size], dtype=np.uint16), *cut(order[batch_size:])] if order else []

    for _ in range(epochs):
        schedule.append(cut(shuffled.sample(range(samples), samples)))
    return schedule
