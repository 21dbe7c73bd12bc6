"""Asks for the ReLU under another name, and for the sigmoid at its source.

loses:
    sigmoid_test 3
    sigmoid_stable 3
    relu_test 2
"""


# %% activations
def step(z):
    return np.where(z > 0, 1.0, 0.0)


def sigmoid(z):
    from scipy.special import _ufuncs

    return _ufuncs.expit(z)


def relu(z):
    import torch

    return torch.nn.functional.threshold(torch.tensor(z), 0.0, 0.0).numpy()
