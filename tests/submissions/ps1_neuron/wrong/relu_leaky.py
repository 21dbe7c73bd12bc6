"""Lets a hundredth of negative values through.

loses:
    relu_test 2
"""


# %% activations
def step(z):
    return np.where(z > 0, 1.0, 0.0)


def sigmoid(z):
    small = np.exp(-np.abs(z))
    return np.where(z > 0, 1, small) / (1 + small)


def relu(z):
    return np.where(z > 0, z, 0.01 * z)
