"""Lets torch differentiate.

loses:
    mlp_b2 2
    mlp_W2 3
    mlp_b1 3
    mlp_W1 4
    train_steps 3
    train_losses 1
    train_xor 2
    train_moons 2
"""

# %% mlp_gradients
import torch


def mlp_gradients(parameters, x, y):
    leaf = {name: torch.tensor(value, requires_grad=True) for name, value in parameters.items()}
    h = torch.sigmoid(torch.tensor(x) @ leaf["W1"].T + leaf["b1"])
    z = h @ leaf["W2"].T + leaf["b2"]
    (torch.logaddexp(torch.zeros_like(z), z) - torch.tensor(y) * z).mean().backward()
    return {name: value.grad.numpy() for name, value in leaf.items()}
