"""The loss that torch keeps outside torch.nn.

loses:
    bce_value 2
    bce_stable 2
    mlp_value 2
    train_steps 3
    train_losses 1
    train_xor 2
    train_moons 2
"""

# %% bce_with_logits
import torch


def bce_with_logits(z, y):
    return float(torch.binary_cross_entropy_with_logits(torch.as_tensor(z), torch.as_tensor(y)).mean())
