"""An argument goes unused.

* faulty: does not look at the tolerance it is given.
* epoch_batches: the same order whatever the seed.
* initial_parameters: the same numbers whatever the seed.
* sgd_step: the gradient of |θ|.
* momentum_step: the rate inside the velocity.

loses:
    faulty_names 3
    start_shapes 1
    batches_seed 1
    sgd_decay 2
    momentum 3
"""

# %% faulty
import numpy as np


def faulty(loss, parameters, gradients, tolerance=1e-6):
    names = []
    for name, value in parameters.items():
        found = numerical_gradient(lambda a: loss({**parameters, name: a}), value)
        if found.shape != gradients[name].shape or not relative_error(found, gradients[name]) <= 1e-6:
            names.append(name)
    return names


# %% epoch_batches
import numpy as np


def epoch_batches(samples, batch_size, epochs, seed):
    rng = np.random.default_rng(7)
    schedule = []
    for _ in range(epochs):
        order = rng.permutation(samples)
        schedule.append([order[i : i + batch_size] for i in range(0, samples, batch_size)])
    return schedule


# %% initial_parameters
import numpy as np


def initial_parameters(inputs, hidden, seed):
    rng = np.random.default_rng(0)
    return {
        "W1": rng.normal(0, 1 / np.sqrt(inputs), (hidden, inputs)),
        "b1": np.zeros(hidden),
        "W2": rng.normal(0, 1 / np.sqrt(hidden), (1, hidden)),
        "b2": np.zeros(1),
    }


# %% sgd_step
import numpy as np


def sgd_step(theta, gradient, rate, decay=0.0):
    return theta - rate * (gradient + decay * np.sign(theta))


# %% momentum_step
def momentum_step(theta, gradient, velocity, rate, momentum=0.9):
    velocity = momentum * velocity + rate * gradient
    return theta - velocity, velocity
