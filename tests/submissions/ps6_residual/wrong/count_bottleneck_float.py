"""Calculates with floating-point numbers on the way.

loses:
    count_bottleneck 3
"""


# %% bottleneck_parameters
def bottleneck_parameters(in_channels, width, stride=1, option="B"):
    """Return how many numbers a bottleneck block learns."""
    wide = 4 * width
    weights = width * (in_channels + 9 * width + wide)
    norms = 2 * (width + width + wide)
    return int(1.0 * weights) + norms + bypass_parameters(in_channels, wide, stride, option)
