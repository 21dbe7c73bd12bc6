"""The step is 1 at 0 too.

loses:
    step_test 2
"""


# %% activations
def step(z):
    return np.where(z >= 0, 1.0, 0.0)


def sigmoid(z):
    small = np.exp(-np.abs(z))
    return np.where(z > 0, 1, small) / (1 + small)


def relu(z):
    return np.maximum(z, 0)
