"""Lets torch.func differentiate. Later exercises stand on their own.

loses:
    tanh_slope 2
"""

# %% d_tanh
import torch


def d_tanh(z):
    total = torch.func.grad(lambda value: torch.tanh(value).sum())
    return total(torch.tensor(z, dtype=torch.float64)).numpy()


# %% residual_gradients
import numpy as np


def residual_gradients(W, x, t):
    a = np.tanh(x @ W.T)
    c = np.tanh(a @ W.T)
    d_o = (a + c - t) / len(x)
    d_z2 = d_o * (1 - c**2)
    d_a = d_o + d_z2 @ W
    d_z1 = d_a * (1 - a**2)
    return d_z1 @ W, d_z1.T @ x + d_z2.T @ a
