"""Takes the gradient of the sum of the output.

loses:
    gradient_measured 3
    gradient_blocks 3
"""


# %% input_gradient
def input_gradient(net, x, delta):
    """Return the gradient at x, given the gradient delta at net(x), and leave no traces."""
    leaf = x.detach().requires_grad_(True)
    (reached,) = torch.autograd.grad(net(leaf), leaf, grad_outputs=torch.ones_like(delta))
    return reached
