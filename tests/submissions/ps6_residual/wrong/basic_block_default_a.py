"""Option A by default.

loses:
    basic_block_whole 1
"""


# %% basic_block
def basic_block(in_channels, out_channels, stride=1, option="A"):
    """Return a basic block with a bypass of this option, or a plain one (None)."""
    around = None if option is None else Bypass(in_channels, out_channels, stride, option)
    return Residual(basic_branch(in_channels, out_channels, stride), around)
