"""Shapes and axes are mixed up.

* bce_with_logits: expects a column.
* softmax_gradient: normalises down the columns.
* numerical_gradient: loops over len(a).
* initial_parameters: W1 as (inputs, hidden).
* train: the loss of an epoch's last batch.

loses:
    bce_value 2
    bce_stable 2
    softmax_slope 3
    softmax_stable 1
    numerical 3
    numerical_care 1
    faulty_names 3
    start_shapes 1
    start_scale 3
    train_losses 1
    train_xor 2
    train_moons 2
"""

# %% bce_with_logits
import numpy as np


def bce_with_logits(z, y):
    rows, columns = z.shape
    return float(np.sum(np.logaddexp(0, z) - y * z) / (rows * columns))


# %% mlp_loss
import numpy as np


def mlp_loss(parameters, x, y):
    h = sigmoid(x @ parameters["W1"].T + parameters["b1"])
    return bce_with_logits(h @ parameters["W2"].T + parameters["b2"], y)


# %% softmax_gradient
import numpy as np


def softmax_gradient(z, y):
    powers = np.exp(z - z.max(axis=0))
    return (powers / powers.sum(axis=0) - np.eye(z.shape[1])[y]) / len(z)


# %% numerical_gradient
import numpy as np


def numerical_gradient(loss, a, step=1e-5):
    gradient = np.zeros(len(a))
    for i in range(len(a)):
        upper, lower = a.astype(float), a.astype(float)
        upper[i] += step
        lower[i] -= step
        gradient[i] = (loss(upper) - loss(lower)) / (2 * step)
    return gradient


# %% initial_parameters
import numpy as np


def initial_parameters(inputs, hidden, seed):
    rng = np.random.default_rng(seed)
    return {
        "W1": rng.normal(0, 1 / np.sqrt(inputs), (inputs, hidden)),
        "b1": np.zeros(hidden),
        "W2": rng.normal(0, 1 / np.sqrt(hidden), (1, hidden)),
        "b2": np.zeros(1),
    }


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
                    parameters[name], gradients[name], m[name], v[name], t, rate
                )
        losses.append(mlp_loss(parameters, x[batch], y[batch]))
    return parameters, losses
