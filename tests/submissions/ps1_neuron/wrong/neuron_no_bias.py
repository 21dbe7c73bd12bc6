"""Forgets the bias.

loses:
    neuron_test 4
"""


# %% neuron
def neuron(X, w, b, activation):
    return activation(X @ w)
