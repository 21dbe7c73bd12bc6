"""Option B projects only where there is a stride.

loses:
    count_bypass 2
    count_basic 2
    count_bottleneck 3
    count_net 4
"""


# %% bypass_parameters
def bypass_parameters(in_channels, out_channels, stride, option):
    """Return how many numbers the bypass of a block learns."""
    keeps_shape = stride == 1
    if option in (None, "A") or (option == "B" and keeps_shape):
        return 0
    return in_channels * out_channels + 2 * out_channels
