"""Lets torch differentiate.

loses:
    gradient_input 4
    gradient_input_settings 5
"""

# %% input_gradient
import torch


def input_gradient(delta, w, input_size, stride=1, padding=0, dilation=1):
    x = torch.zeros(len(delta), w.shape[1], *input_size, dtype=torch.float64, requires_grad=True)
    padded = torch.zeros(*x.shape[:2], *(n + 2 * padding for n in input_size), dtype=torch.float64)
    padded[:, :, padding : padding + input_size[0], padding : padding + input_size[1]] = x
    rows, columns = delta.shape[2:]
    y = 0
    for u in range(w.shape[2]):
        for v in range(w.shape[3]):
            r, c = u * dilation, v * dilation
            seen = padded[:, :, r : r + stride * rows : stride, c : c + stride * columns : stride]
            y = y + torch.einsum("bcij,kc->bkij", seen, torch.tensor(w[:, :, u, v]))
    y.backward(torch.tensor(delta))
    return x.grad.numpy()
