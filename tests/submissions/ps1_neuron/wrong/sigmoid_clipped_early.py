"""Clips z at 10, where the sigmoid is not yet 1.

loses:
    sigmoid_stable 3
"""


# %% activations
def step(z):
    return np.where(z > 0, 1.0, 0.0)


def sigmoid(z):
    return 1 / (1 + np.exp(-np.clip(z, -10, 10)))


def relu(z):
    return np.maximum(z, 0)
