"""Works in the caller's arrays.

* softmax_gradient: right values, made in the caller's array.
* faulty: takes the faulty gradients out of the caller's dictionary.
* residual_gradients: right values; writes into the targets.
* sgd_step: changes theta where it stands.
* momentum_step: changes the velocity where it stands.
* train: writes into the caller's arrays.

loses:
    softmax_slope 3
    faulty_names 3
    branch_dW 4
    sgd 2
    sgd_decay 2
    momentum 3
    train_steps 3
"""

# %% softmax_gradient
import numpy as np


def softmax_gradient(z, y):
    z -= z.max(axis=1, keepdims=True)
    powers = np.exp(z)
    return (powers / powers.sum(axis=1, keepdims=True) - np.eye(z.shape[1])[y]) / len(z)


# %% faulty
import numpy as np


def faulty(loss, parameters, gradients, tolerance=1e-6):
    names = []
    for name, value in parameters.items():
        found = numerical_gradient(lambda a: loss({**parameters, name: a}), value)
        if found.shape != gradients[name].shape or not relative_error(found, gradients[name]) <= tolerance:
            names.append(name)
            gradients[name] = found
    return names


# %% residual_gradients
import numpy as np


def residual_gradients(W, x, t):
    a = np.tanh(x @ W.T)
    c = np.tanh(a @ W.T)
    d_o = -np.subtract(t, a + c, out=t) / len(x)
    d_z2 = d_o * (1 - c**2)
    d_a = d_o + d_z2 @ W
    d_z1 = d_a * (1 - a**2)
    return d_z1 @ W, d_z1.T @ x + d_z2.T @ a


# %% sgd_step
def sgd_step(theta, gradient, rate, decay=0.0):
    theta -= rate * (gradient + decay * theta)
    return theta


# %% momentum_step
def momentum_step(theta, gradient, velocity, rate, momentum=0.9):
    velocity *= momentum
    velocity += gradient
    return theta - rate * velocity, velocity


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
                parameters[name][...], m[name], v[name] = adam_step(
                    parameters[name], gradients[name], m[name], v[name], t, rate
                )
        losses.append(mlp_loss(parameters, x, y))
    return parameters, losses
