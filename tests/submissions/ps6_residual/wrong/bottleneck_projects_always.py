"""The bypass of option B is a projection everywhere.

loses:
    bottleneck_whole 1
"""


# %% bottleneck_block
def bottleneck_block(in_channels, width, stride=1, option="B"):
    """Return a bottleneck block with a bypass of this option, or a plain one (None)."""
    around = (
        None if option is None else Bypass(in_channels, 4 * width, stride, "C" if option == "B" else option)
    )
    return Residual(bottleneck_branch(in_channels, width, stride), around)
