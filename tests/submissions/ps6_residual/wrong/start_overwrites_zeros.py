"""Sets the zeros first, then all scales to 1.

loses:
    start_zero 3
"""


# %% initialise
def initialise(net, zero_last=False):
    for part in net.modules():
        if isinstance(part, Residual) and zero_last:
            nn.init.zeros_([*part.branch.modules()][-1].weight)
        elif isinstance(part, nn.Conv2d):
            nn.init.kaiming_normal_(part.weight, nonlinearity="relu")
        elif isinstance(part, nn.BatchNorm2d):
            nn.init.ones_(part.weight)
            nn.init.zeros_(part.bias)
        elif isinstance(part, nn.Linear):
            nn.init.zeros_(part.bias)
