"""torch's SGD.

loses:
    momentum 3
"""

# %% momentum_step
import torch


def momentum_step(theta, gradient, velocity, rate, momentum=0.9):
    parameter = torch.nn.Parameter(torch.tensor(theta))
    parameter.grad = torch.tensor(gradient + momentum * velocity)
    torch.optim.SGD([parameter], lr=rate).step()
    return parameter.detach().numpy(), parameter.grad.numpy()
