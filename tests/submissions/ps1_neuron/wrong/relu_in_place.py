"""Sets the negative entries of its argument to 0.

loses:
    relu_test 2
"""


# %% activations
def step(z):
    return np.where(z > 0, 1.0, 0.0)


def sigmoid(z):
    e = np.exp(-np.abs(z))
    return np.where(z > 0, 1, e) / (1 + e)


def relu(z):
    z[z < 0] = 0
    return z
