"""Asks torch's module of special functions.

loses:
    sigmoid_test 3
    sigmoid_stable 3
    relu_test 2
"""


# %% activations
def step(z):
    return np.where(z > 0, 1.0, 0.0)


def sigmoid(z):
    import torch

    return torch.special.expit(torch.tensor(z)).numpy()


def relu(z):
    import torch

    return torch.relu_(torch.tensor(z)).numpy()
