"""Boundaries are taken on the wrong side.

* d_relu: takes 1 at 0.
* faulty: counts an error equal to the tolerance.
* epoch_batches: an empty batch where the size divides the samples.
* train: the loss before each epoch.
* softmax_gradient: shifts every row by the largest entry of the array.
* relative_error: calls the error 0 as soon as one of the two is zero.

loses:
    relu_slope 2
    softmax_stable 1
    relative 2
    faulty_names 3
    batches_once 3
    train_losses 1
"""

# %% d_relu
import numpy as np


def d_relu(z):
    return (z >= 0).astype(float)


# %% faulty
import numpy as np


def faulty(loss, parameters, gradients, tolerance=1e-6):
    names = []
    for name, value in parameters.items():
        found = numerical_gradient(lambda a: loss({**parameters, name: a}), value)
        if found.shape != gradients[name].shape or not relative_error(found, gradients[name]) < tolerance:
            names.append(name)
    return names


# %% epoch_batches
import numpy as np


def epoch_batches(samples, batch_size, epochs, seed):
    rng = np.random.default_rng(seed)
    schedule = []
    for _ in range(epochs):
        order = rng.permutation(samples)
        schedule.append([order[i : i + batch_size] for i in range(0, samples + 1, batch_size)])
    return schedule


# %% train
import numpy as np


def train(parameters, x, y, schedule, rate):
    parameters = dict(parameters)
    m = {name: np.zeros(value.shape) for name, value in parameters.items()}
    v = {name: np.zeros(value.shape) for name, value in parameters.items()}
    losses, t = [], 0
    for epoch in schedule:
        losses.append(mlp_loss(parameters, x, y))
        for batch in epoch:
            t += 1
            gradients = mlp_gradients(parameters, x[batch], y[batch])
            for name in parameters:
                parameters[name], m[name], v[name] = adam_step(
                    parameters[name], gradients[name], m[name], v[name], t, rate
                )
    return parameters, losses


# %% softmax_gradient
import numpy as np


def softmax_gradient(z, y):
    powers = np.exp(z - z.max())
    return (powers / powers.sum(axis=1, keepdims=True) - np.eye(z.shape[1])[y]) / len(z)


# %% relative_error
import numpy as np


def relative_error(a, b):
    first, second = np.linalg.norm(a), np.linalg.norm(b)
    return float(np.linalg.norm(a - b) / (first + second)) if first * second else 0.0
