"""Asks torch's module of special functions.

loses:
    softmax_values 2
    softmax_stable 3
    softmax_unchanged 1
    log_softmax_test 3
    ce_values 4
    ce_stable 2
"""


# %% softmax
def softmax(Z):
    import torch

    return torch.special.softmax(torch.tensor(Z), 1).numpy()


def log_softmax(Z):
    import torch

    return torch.special.log_softmax(torch.tensor(Z), 1).numpy()
