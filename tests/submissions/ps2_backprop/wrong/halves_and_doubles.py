"""A factor of two is lost or won.

* d_relu: takes ½ at 0.
* residual_gradients: forgets the half of the loss.
* sgd_step: the gradient of ‖θ‖² in place of half of it.
* momentum_step: a default of 0.5.
* initial_parameters: variance 2/inputs, as is usual for ReLU.

loses:
    relu_slope 2
    branch_dx 3
    branch_dW 4
    start_scale 3
    sgd_decay 2
    momentum 3
"""

# %% d_relu
import numpy as np


def d_relu(z):
    return np.heaviside(z, 0.5)


# %% residual_gradients
import numpy as np


def residual_gradients(W, x, t):
    a = np.tanh(x @ W.T)
    c = np.tanh(a @ W.T)
    d_o = 2 * (a + c - t) / len(x)
    d_z2 = d_o * (1 - c**2)
    d_a = d_o + d_z2 @ W
    d_z1 = d_a * (1 - a**2)
    return d_z1 @ W, d_z1.T @ x + d_z2.T @ a


# %% sgd_step
def sgd_step(theta, gradient, rate, decay=0.0):
    return theta - rate * (gradient + 2 * decay * theta)


# %% momentum_step
def momentum_step(theta, gradient, velocity, rate, momentum=0.5):
    velocity = momentum * velocity + gradient
    return theta - rate * velocity, velocity


# %% initial_parameters
import numpy as np


def initial_parameters(inputs, hidden, seed):
    rng = np.random.default_rng(seed)
    return {
        "W1": rng.normal(0, np.sqrt(2 / inputs), (hidden, inputs)),
        "b1": np.zeros(hidden),
        "W2": rng.normal(0, np.sqrt(2 / hidden), (1, hidden)),
        "b2": np.zeros(1),
    }
