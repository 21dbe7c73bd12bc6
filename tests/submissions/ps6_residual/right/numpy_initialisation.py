"""Draws with NumPy, by recursion through the parts of the net."""


# %% initialise
def initialise(net, zero_last=False):
    rng = np.random.default_rng()
    with torch.no_grad():
        for part in net.children():
            initialise(part, zero_last)
        if isinstance(net, nn.Conv2d):
            o, c, h, w = net.weight.shape
            drawn = rng.standard_normal((o, c, h, w)) * (2 / (c * h * w)) ** 0.5
            net.weight.copy_(torch.from_numpy(drawn))
        elif isinstance(net, nn.BatchNorm2d):
            net.weight[...] = 1
            net.bias[...] = 0
        elif isinstance(net, nn.Linear):
            net.bias *= 0
        elif isinstance(net, Residual) and zero_last:
            norms = [part for part in net.branch.modules() if isinstance(part, nn.BatchNorm2d)]
            norms[-1].weight *= 0


# %% bias_for
def bias_for(carried, layers=1):
    lost = -np.expm1(np.log(carried) / layers)
    return np.log(lost) - np.log1p(-lost)
