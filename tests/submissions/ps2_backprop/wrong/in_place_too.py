"""Works in the caller's arrays, in those that one forgets.

* softmax_gradient: counts classes from 1, in the caller's array.
* faulty: leaves the moved value in the caller's dictionary.
* sgd_step: changes the gradient where it stands.
* momentum_step: builds the velocity in the gradient's array.
* train: puts the result into the caller's dictionary.
* adam_step: squares the gradient where it stands.

loses:
    softmax_slope 3
    faulty_names 3
    sgd 2
    sgd_decay 2
    momentum 3
    adam_moments 2
    train_steps 3
"""

# %% softmax_gradient
import numpy as np


def softmax_gradient(z, y):
    y += 1
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return (powers / powers.sum(axis=1, keepdims=True) - np.eye(z.shape[1])[y - 1]) / len(z)


# %% faulty
import numpy as np


def faulty(loss, parameters, gradients, tolerance=1e-6):
    names = []
    for name in parameters:

        def moved(a):
            parameters[name] = a
            return loss(parameters)

        found = numerical_gradient(moved, parameters[name])
        if found.shape != gradients[name].shape or not relative_error(found, gradients[name]) <= tolerance:
            names.append(name)
    return names


# %% sgd_step
def sgd_step(theta, gradient, rate, decay=0.0):
    gradient += decay * theta
    gradient *= rate
    return theta - gradient


# %% momentum_step
def momentum_step(theta, gradient, velocity, rate, momentum=0.9):
    gradient += momentum * velocity
    return theta - rate * gradient, gradient.copy()


# %% train
import numpy as np


def train(parameters, x, y, schedule, rate):
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
    return parameters, losses


# %% adam_step
import numpy as np


def adam_step(theta, gradient, m, v, t, rate=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * gradient
    v = beta2 * v + (1 - beta2) * np.square(gradient, out=gradient)
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - rate * m_hat / (np.sqrt(v_hat) + eps), m, v
