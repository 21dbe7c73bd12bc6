"""Takes option A for no shortcut.

loses:
    bottleneck_whole 1
"""


# %% bottleneck_block
def bottleneck_block(in_channels, width, stride=1, option="B"):
    """Return a bottleneck block with a bypass of this option, or a plain one (None)."""
    around = None if option in (None, "A") else Bypass(in_channels, 4 * width, stride, option)
    return Residual(bottleneck_branch(in_channels, width, stride), around)
