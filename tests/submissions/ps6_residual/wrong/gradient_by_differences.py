"""Takes coarse differences.

loses:
    gradient_measured 3
    gradient_blocks 3
"""


# %% input_gradient
def input_gradient(net, x, delta):
    slopes = torch.zeros_like(x)
    with torch.no_grad():
        for place in np.ndindex(tuple(x.shape)):
            step = torch.zeros_like(x)
            step[place] = 0.05
            slopes[place] = ((net(x + step) - net(x - step)) * delta).sum() / 0.1
    return slopes
