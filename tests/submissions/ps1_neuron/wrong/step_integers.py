"""A whole number for each entry, where floats are asked for.

loses:
    step_test 2
"""


# %% activations
def step(z):
    return (z > 0).astype(int)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z > 0, 1, e) / (1 + e)


def relu(z):
    return np.maximum(z, 0)
