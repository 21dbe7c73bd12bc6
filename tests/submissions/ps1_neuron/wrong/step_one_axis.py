"""Loops over the entries of the first axis only.

loses:
    step_test 2
"""


# %% activations
def step(z):
    return np.array([1.0 if value > 0 else 0.0 for value in z])


def sigmoid(z):
    small = np.exp(-np.abs(z))
    return np.where(z > 0, 1, small) / (1 + small)


def relu(z):
    return np.maximum(z, 0)
