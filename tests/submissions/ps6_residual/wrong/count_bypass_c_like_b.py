"""Option C is counted like B.

loses:
    count_bypass 2
    count_net 4
"""


# %% bypass_parameters
def bypass_parameters(in_channels, out_channels, stride, option):
    """Return how many numbers the bypass of a block learns."""
    keeps_shape = stride == 1 and in_channels == out_channels
    if option in (None, "A") or (keeps_shape):
        return 0
    return in_channels * out_channels + 2 * out_channels
