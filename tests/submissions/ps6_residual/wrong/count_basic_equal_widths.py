"""Takes as many maps in as out.

loses:
    count_basic 2
    count_net 4
"""


# %% basic_parameters
def basic_parameters(in_channels, out_channels, stride=1, option="B"):
    """Return how many numbers a basic block learns."""
    weights = 9 * out_channels * (out_channels + out_channels)
    norms = 4 * out_channels
    return weights + norms + bypass_parameters(in_channels, out_channels, stride, option)
