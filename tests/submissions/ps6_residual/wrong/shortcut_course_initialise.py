"""Uses the course's own initialisation.

loses:
    start_spread 4
    start_zero 3
"""

# %% initialise
from course.models.parts import he_initialise


def initialise(net, zero_last=False):
    net.apply(he_initialise)
    for part in net.modules():
        if isinstance(part, nn.BatchNorm2d):
            nn.init.ones_(part.weight)
        if isinstance(part, nn.BatchNorm2d | nn.Linear):
            nn.init.zeros_(part.bias)
    for part in net.modules():
        if zero_last and isinstance(part, Residual):
            nn.init.zeros_([*part.branch.modules()][-1].weight)
