"""Computes in half the digits.

loses:
    sigmoid_test 3
"""


# %% activations
def step(z):
    return np.where(z > 0, 1.0, 0.0)


def sigmoid(z):
    z = z.astype(np.float32)
    small = np.exp(-np.abs(z))
    return np.where(z > 0, 1, small) / (1 + small)


def relu(z):
    return np.maximum(z, 0)
