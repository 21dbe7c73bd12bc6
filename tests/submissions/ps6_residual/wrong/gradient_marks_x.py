"""Marks the caller's tensor.

loses:
    gradient_measured 3
"""


# %% input_gradient
def input_gradient(net, x, delta):
    """Return the gradient at x, given the gradient delta at net(x), and leave no traces."""
    leaf = x.requires_grad_(True)
    (reached,) = torch.autograd.grad(net(leaf), leaf, grad_outputs=delta)
    return reached
