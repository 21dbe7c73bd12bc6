"""Lets torch differentiate forwards, with dual numbers. Later exercises stand on their own.

loses:
    tanh_slope 2
"""

# %% d_tanh
import torch
from torch.autograd import forward_ad


def d_tanh(z):
    z = torch.as_tensor(z, dtype=torch.float64)
    with forward_ad.dual_level():
        return forward_ad.unpack_dual(torch.tanh(forward_ad.make_dual(z, torch.ones_like(z)))).tangent.numpy()


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
