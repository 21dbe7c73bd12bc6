"""Asks for a leaky ReLU that does not leak, and for the logistic distribution.

loses:
    sigmoid_test 3
    sigmoid_stable 3
    relu_test 2
"""


# %% activations
def step(z):
    return np.where(z > 0, 1.0, 0.0)


def sigmoid(z):
    from scipy.stats import logistic

    return logistic.cdf(z)


def relu(z):
    import torch

    return torch.nn.functional.leaky_relu(torch.tensor(z), 0.0).numpy()
