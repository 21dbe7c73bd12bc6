"""Asks for the logarithm of the sigmoid under another name.

loses:
    bce_values 3
    bce_stable 2
    ce_values 4
    ce_stable 2
"""


# %% losses
def binary_cross_entropy(logits, targets):
    import torch

    z = torch.tensor(logits)
    return (torch.nn.functional.softplus(z) - z * torch.tensor(targets)).mean().item()


def cross_entropy(logits, labels):
    import torch

    return torch.nn.functional.multi_margin_loss(torch.tensor(logits), torch.tensor(labels)).item()
