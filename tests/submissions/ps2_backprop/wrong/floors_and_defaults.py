"""Small numbers added for safety, and defaults that are not those of the text.

* d_relu: returns whole numbers for whole numbers.
* relative_error: adds 1e−8 to the denominator.
* faulty: a default of its own, 1e−5.
* sgd_step: a weight decay of 0.01 unless told otherwise.
* adam_step: β₂ = 0.99 and a rate of 0.01 by default.
* initial_parameters: standard deviation 1 whatever the number of inputs.

loses:
    relu_slope 2
    relative 2
    faulty_names 3
    start_scale 3
    sgd 2
    adam_moments 2
    adam_first 2
    adam_hundred 3
"""

# %% d_relu
import numpy as np


def d_relu(z):
    return np.where(z > 0, np.ones_like(z), np.zeros_like(z))


# %% relative_error
import numpy as np


def relative_error(a, b):
    return float(np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b) + 1e-8))


# %% faulty
import numpy as np


def faulty(loss, parameters, gradients, tolerance=1e-5):
    names = []
    for name, value in parameters.items():
        found = numerical_gradient(lambda a: loss({**parameters, name: a}), value)
        if found.shape != gradients[name].shape or not relative_error(found, gradients[name]) <= tolerance:
            names.append(name)
    return names


# %% sgd_step
def sgd_step(theta, gradient, rate, decay=0.01):
    return theta - rate * (gradient + decay * theta)


# %% adam_step
import numpy as np


def adam_step(theta, gradient, m, v, t, rate=0.01, beta1=0.9, beta2=0.99, eps=1e-8):
    m = beta1 * m + (1 - beta1) * gradient
    v = beta2 * v + (1 - beta2) * gradient**2
    m_hat = m / (1 - beta1**t)
    v_hat = v / (1 - beta2**t)
    return theta - rate * m_hat / (np.sqrt(v_hat) + eps), m, v


# %% train
import numpy as np


def train(parameters, x, y, schedule, rate):
    def gradients(now, x, y):
        h = sigmoid(x @ now["W1"].T + now["b1"])
        error = (sigmoid(h @ now["W2"].T + now["b2"]) - y) / len(x)
        back = (error @ now["W2"]) * h * (1 - h)
        return {"W1": back.T @ x, "b1": back.sum(axis=0), "W2": error.T @ h, "b2": error.sum(axis=0)}

    now, m, v, losses, t = dict(parameters), {}, {}, [], 0
    for epoch in schedule:
        for batch in epoch:
            t += 1
            for name, slope in gradients(now, x[batch], y[batch]).items():
                m[name] = 0.9 * m.get(name, 0.0) + 0.1 * slope
                v[name] = 0.999 * v.get(name, 0.0) + 0.001 * slope**2
                root = np.sqrt(v[name] / (1 - 0.999**t)) + 1e-8
                now[name] = now[name] - rate * m[name] / (1 - 0.9**t) / root
        losses.append(mlp_loss(now, x, y))
    return now, losses


# %% initial_parameters
import numpy as np


def initial_parameters(inputs, hidden, seed):
    rng = np.random.default_rng(seed)
    return {
        "W1": rng.normal(0, 1, (hidden, inputs)),
        "b1": np.zeros(hidden),
        "W2": rng.normal(0, 1, (1, hidden)),
        "b2": np.zeros(1),
    }
