"""Adds the bias after the activation.

loses:
    neuron_test 4
"""


# %% neuron
def neuron(X, w, b, activation):
    return activation(X @ w) + b
