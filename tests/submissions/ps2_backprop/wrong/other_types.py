"""Right values of another kind than asked for.

* d_relu: returns truth values.
* faulty: returns a set.
* epoch_batches: lists in place of index arrays.
* train: returns the last loss only.
* residual_gradients: transposes the gradient of W.
* mlp_gradients: returns a number for b₂.

loses:
    relu_slope 2
    faulty_names 3
    mlp_b2 2
    branch_dW 4
    batches_once 3
    train_losses 1
"""


# %% d_relu
def d_relu(z):
    return z > 0


# %% faulty
import numpy as np


def faulty(loss, parameters, gradients, tolerance=1e-6):
    names = []
    for name, value in parameters.items():
        found = numerical_gradient(lambda a: loss({**parameters, name: a}), value)
        if found.shape != gradients[name].shape or not relative_error(found, gradients[name]) <= tolerance:
            names.append(name)
    return set(names)


# %% epoch_batches
import numpy as np


def epoch_batches(samples, batch_size, epochs, seed):
    rng = np.random.default_rng(seed)
    schedule = []
    for _ in range(epochs):
        order = rng.permutation(samples)
        schedule.append([order[i : i + batch_size].tolist() for i in range(0, samples, batch_size)])
    return schedule


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
        losses.append(mlp_loss(parameters, x, y))
    return parameters, losses[-1]


# %% residual_gradients
import numpy as np


def residual_gradients(W, x, t):
    a = np.tanh(x @ W.T)
    c = np.tanh(a @ W.T)
    d_o = (a + c - t) / len(x)
    d_z2 = d_o * (1 - c**2)
    d_a = d_o + d_z2 @ W
    d_z1 = d_a * (1 - a**2)
    return d_z1 @ W, x.T @ d_z1 + a.T @ d_z2


# %% mlp_gradients
def mlp_gradients(parameters, x, y):
    z1 = x @ parameters["W1"].T + parameters["b1"]
    h = sigmoid(z1)
    z2 = h @ parameters["W2"].T + parameters["b2"]
    delta2 = bce_gradient(z2, y)
    dh, dW2, db2 = dense_backward(delta2, h, parameters["W2"])
    delta1 = dh * d_sigmoid(z1)
    _, dW1, db1 = dense_backward(delta1, x, parameters["W1"])
    return {"W1": dW1, "b1": db1, "W2": dW2, "b2": db2[0]}
