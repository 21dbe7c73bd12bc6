"""Goes through rows and columns: an array of three axes is too much for it.

loses:
    sigmoid_test 3
"""


# %% activations
def step(z):
    return np.where(z > 0, 1.0, 0.0)


def sigmoid(z):
    if z.ndim == 1:
        return np.array([math.exp(min(v, 0)) / (1 + math.exp(-abs(v))) for v in z])
    return np.array([[math.exp(min(v, 0)) / (1 + math.exp(-abs(v))) for v in row] for row in z])


def relu(z):
    return np.maximum(z, 0)
