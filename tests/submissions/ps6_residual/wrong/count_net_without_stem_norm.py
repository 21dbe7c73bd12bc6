"""Forgets the norm of the stem.

loses:
    count_net 4
"""


# %% net_parameters
def net_parameters(n, width=16, classes=10, option="A", in_channels=3):
    """Return how many numbers the net of section 6 learns."""
    total = 9 * in_channels * width
    before = width
    for maps in (width, 2 * width, 4 * width):  # where a stride is, the number of maps changes as well
        total += basic_parameters(before, maps, option=option)
        total += (n - 1) * basic_parameters(maps, maps, option=option)
        before = maps
    return total + (4 * width + 1) * classes
