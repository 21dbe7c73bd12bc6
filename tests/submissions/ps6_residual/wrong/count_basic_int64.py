"""Counts with NumPy's integers of 64 bits.

loses:
    count_basic 2
    count_net 4
"""


# %% basic_parameters
def basic_parameters(in_channels, out_channels, stride=1, option="B"):
    """Return how many numbers a basic block learns."""
    weights = 9 * np.int64(out_channels % 2**62) * (in_channels + out_channels)
    norms = 4 * out_channels
    return weights + norms + bypass_parameters(in_channels, out_channels, stride, option)
