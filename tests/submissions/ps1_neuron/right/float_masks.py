"""Masks and np.heaviside."""


# %% activations
def step(z):
    return np.heaviside(z, 0.0)


def sigmoid(z):
    return np.tanh(z / 2) / 2 + 0.5


def relu(z):
    return np.where(z > 0, z, 0.0)
