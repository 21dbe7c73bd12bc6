"""Cuts z off at 0 and 1, which leaves the fractions between them.

loses:
    step_test 2
"""


# %% activations
def step(z):
    return np.clip(z, 0.0, 1.0)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z > 0, 1, e) / (1 + e)


def relu(z):
    return np.maximum(z, 0)
