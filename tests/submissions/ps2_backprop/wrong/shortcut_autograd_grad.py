"""Lets torch.autograd.grad differentiate.

loses:
    branch_dx 3
    branch_dW 4
"""

# %% residual_gradients
import torch


def residual_gradients(W, x, t):
    W, x, t = torch.tensor(W, requires_grad=True), torch.tensor(x, requires_grad=True), torch.tensor(t)
    a = torch.tanh(x @ W.T)
    loss = ((a + torch.tanh(a @ W.T) - t) ** 2).sum() / (2 * len(x))
    return tuple(value.numpy() for value in torch.autograd.grad(loss, [x, W]))
