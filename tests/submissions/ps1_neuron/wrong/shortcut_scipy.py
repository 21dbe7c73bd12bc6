"""Asks SciPy.

loses:
    sigmoid_test 3
    sigmoid_stable 3
    softmax_values 2
    softmax_stable 3
    softmax_unchanged 1
    log_softmax_test 3
    ce_values 4
    ce_stable 2
"""

# %% activations
from scipy import special


def step(z):
    return np.where(z > 0, 1.0, 0.0)


def sigmoid(z):
    return special.expit(z)


def relu(z):
    return np.maximum(z, 0)


# %% softmax
def softmax(Z):
    return special.softmax(Z, axis=1)


def log_softmax(Z):
    return Z - special.logsumexp(Z, axis=1, keepdims=True)
