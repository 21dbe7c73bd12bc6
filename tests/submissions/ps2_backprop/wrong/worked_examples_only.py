"""Each answer fits its worked example and little more.

* d_relu: the slope of ReLU6, which is 0 again above 6.
* bce_with_logits: treats every target above a half as 1.
* softmax_gradient: subtracts 1 from the first sample's class for every sample.
* faulty: names the first faulty parameter only.
* epoch_batches: three epochs, as in the example.
* momentum_step: 0.9, whatever it is told.
* train: three losses, whatever the schedule.
* residual_gradients: only the first use of W.

loses:
    relu_slope 2
    bce_value 2
    softmax_slope 3
    softmax_stable 1
    faulty_names 3
    branch_dW 4
    batches_once 3
    batches_shuffled 1
    momentum 3
    train_losses 1
"""

# %% d_relu
import numpy as np


def d_relu(z):
    return np.where((z > 0) & (z < 6), 1.0, 0.0)


# %% bce_with_logits
import numpy as np


def bce_with_logits(z, y):
    return float(np.mean(np.where(y > 0.5, np.logaddexp(0, -z), np.logaddexp(0, z))))


# %% softmax_gradient
import numpy as np


def softmax_gradient(z, y):
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    p = powers / powers.sum(axis=1, keepdims=True)
    p[:, y[0]] -= 1
    return p / len(y)


# %% faulty
import numpy as np


def faulty(loss, parameters, gradients, tolerance=1e-6):
    names = []
    for name, value in parameters.items():
        found = numerical_gradient(lambda a: loss({**parameters, name: a}), value)
        if found.shape != gradients[name].shape or not relative_error(found, gradients[name]) <= tolerance:
            return [name]
    return names


# %% epoch_batches
import numpy as np


def epoch_batches(samples, batch_size, epochs, seed):
    rng = np.random.default_rng(seed)
    schedule = []
    for _ in range(max(epochs, 3)):
        order = rng.permutation(samples)
        schedule.append([order[i : i + batch_size] for i in range(0, samples, batch_size)])
    return schedule


# %% momentum_step
def momentum_step(theta, gradient, velocity, rate, momentum=0.9):
    velocity = 0.9 * velocity + gradient
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
                parameters[name], m[name], v[name] = adam_step(
                    parameters[name], gradients[name], m[name], v[name], t, rate
                )
        losses.append(mlp_loss(parameters, x, y))
    return parameters, (losses * 3)[:3]


# %% residual_gradients
import numpy as np


def residual_gradients(W, x, t):
    a = np.tanh(x @ W.T)
    c = np.tanh(a @ W.T)
    d_o = (a + c - t) / len(x)
    d_z2 = d_o * (1 - c**2)
    d_a = d_o + d_z2 @ W
    d_z1 = d_a * (1 - a**2)
    return d_z1 @ W, d_z1.T @ x
