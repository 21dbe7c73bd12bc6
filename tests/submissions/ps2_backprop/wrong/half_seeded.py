"""Randomness that a seed fixes in part.

* epoch_batches: only the first epoch can be repeated.
* initial_parameters: a generator with the same seed for each layer.
* momentum_step: nesterov's step.
* sgd_step: weight decay that the learning rate does not scale.
* softmax_gradient: subtracts 1 from the labelled column for every sample.

loses:
    softmax_slope 3
    softmax_stable 1
    start_scale 3
    batches_seed 1
    sgd_decay 2
    momentum 3
"""

# %% epoch_batches
import numpy as np


def epoch_batches(samples, batch_size, epochs, seed):
    rng = np.random.default_rng(seed)
    schedule = []
    for _ in range(epochs):
        order = (np.random.default_rng() if schedule else rng).permutation(samples)
        schedule.append([order[i : i + batch_size] for i in range(0, samples, batch_size)])
    return schedule


# %% initial_parameters
import numpy as np


def initial_parameters(inputs, hidden, seed):
    return {
        "W1": np.random.default_rng(seed).normal(0, 1 / np.sqrt(inputs), (hidden, inputs)),
        "b1": np.zeros(hidden),
        "W2": np.random.default_rng(seed).normal(0, 1 / np.sqrt(hidden), (1, hidden)),
        "b2": np.zeros(1),
    }


# %% momentum_step
def momentum_step(theta, gradient, velocity, rate, momentum=0.9):
    velocity = momentum * velocity + gradient
    return theta - rate * (gradient + momentum * velocity), velocity


# %% sgd_step
def sgd_step(theta, gradient, rate, decay=0.0):
    return theta - rate * gradient - decay * theta


# %% softmax_gradient
import numpy as np


def softmax_gradient(z, y):
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    p = powers / powers.sum(axis=1, keepdims=True)
    p[:, y] -= 1
    return p / len(y)
