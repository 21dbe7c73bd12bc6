"""Forgets the stride of the bypass.

loses:
    basic_block_whole 1
    net_values 4
    gradient_blocks 3
"""


# %% basic_block
def basic_block(in_channels, out_channels, stride=1, option="B"):
    """Return a basic block with a bypass of this option, or a plain one (None)."""
    around = None if option is None else Bypass(in_channels, out_channels, 1, option)
    return Residual(basic_branch(in_channels, out_channels, stride), around)
