"""Lets torch differentiate.

loses:
    b_gradient_h 5
    b_gradient_b 2
"""

# %% loss_gradients
import torch


def loss_gradients(z, h, b, x):
    radius = h.shape[2] // 2
    z, x, h, b = (torch.tensor(value, dtype=torch.float64) for value in (z, x, h, b))
    h.requires_grad_()
    b.requires_grad_()
    padded = torch.nn.functional.pad(z, [radius] * 4)
    windows = padded.unfold(2, 2 * radius + 1, 1).unfold(3, 2 * radius + 1, 1).flip(4, 5)
    y = torch.einsum("bjrcmn,jkmn->bkrc", windows, h) + b[:, None, None]
    ((y - x) ** 2).mean().backward()
    return h.grad.numpy(), b.grad.numpy()
