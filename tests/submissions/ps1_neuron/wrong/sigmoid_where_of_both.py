"""np.where computes both forms everywhere, so one of them overflows.

loses:
    sigmoid_stable 3
"""


# %% activations
def step(z):
    return np.where(z > 0, 1.0, 0.0)


def sigmoid(z):
    return np.where(z > 0, 1 / (1 + np.exp(-z)), np.exp(z) / (1 + np.exp(z)))


def relu(z):
    return np.maximum(z, 0)
