"""Ignores the activation it is given.

loses:
    neuron_test 4
"""


# %% neuron
def neuron(X, w, b, activation):
    return np.maximum(X @ w + b, 0)
