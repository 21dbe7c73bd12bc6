"""The bypass leads to the inner number of maps.

loses:
    bottleneck_whole 1
    gradient_blocks 3
"""


# %% bottleneck_block
def bottleneck_block(in_channels, width, stride=1, option="B"):
    """Return a bottleneck block with a bypass of this option, or a plain one (None)."""
    around = None if option is None else Bypass(in_channels, width, stride, option)
    return Residual(bottleneck_branch(in_channels, width, stride), around)
