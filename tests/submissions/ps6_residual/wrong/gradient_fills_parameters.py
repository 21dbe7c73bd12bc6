"""Calls backward, which writes into the parameters.

loses:
    gradient_measured 3
"""


# %% input_gradient
def input_gradient(net, x, delta):
    """Return the gradient at x, given the gradient delta at net(x), and leave no traces."""
    leaf = x.detach().requires_grad_(True)
    net(leaf).backward(delta)
    return leaf.grad
