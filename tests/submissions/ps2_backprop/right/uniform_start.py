"""Uniform weights, seeds spawned for each layer, sums in another order."""

# %% initial_parameters
import numpy as np


def initial_parameters(inputs, hidden, seed):
    first, second = (np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(2))
    limit = lambda fan_in: (3 / fan_in) ** 0.5
    W1 = first.uniform(-limit(inputs), limit(inputs), (hidden, inputs))
    W2 = second.uniform(-limit(hidden), limit(hidden), (1, hidden))
    return {"b2": np.zeros(1), "W2": W2, "b1": np.zeros(hidden), "W1": W1}


# %% momentum_step
import numpy as np


def momentum_step(theta, gradient, velocity, rate, momentum=0.9):
    faster = np.multiply(velocity, momentum)
    np.add(faster, gradient, out=faster)
    return np.subtract(theta, rate * faster), faster


# %% sgd_step
def sgd_step(theta, gradient, rate, decay=0.0):
    return (1 - rate * decay) * theta - rate * gradient


# %% adam_step
import numpy as np


def adam_step(theta, gradient, m, v, t, rate=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = m + (1 - beta1) * (gradient - m)
    v = v + (1 - beta2) * (gradient * gradient - v)
    root = np.sqrt(v) / np.sqrt(1 - beta2**t) + eps
    return theta - rate / (1 - beta1**t) * m / root, m, v
