"""Cuts z off at 20 on either side, where a few parts in 10⁹ are left.

loses:
    sigmoid_stable 3
"""


# %% activations
def step(z):
    return np.where(z > 0, 1.0, 0.0)


def sigmoid(z):
    return 1 / (1 + np.exp(-np.clip(z, -20, 20)))


def relu(z):
    return np.maximum(z, 0)
