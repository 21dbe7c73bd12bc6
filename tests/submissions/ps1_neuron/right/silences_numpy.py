"""The textbook sigmoid with NumPy's error switched off for it: its values are right everywhere."""


# %% activations
def step(z):
    return np.where(z > 0, 1.0, 0.0)


def sigmoid(z):
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-z))


def relu(z):
    return np.maximum(z, 0)
