"""Takes option B where no shortcut is asked for.

loses:
    basic_block_whole 1
    net_values 4
"""


# %% basic_block
def basic_block(in_channels, out_channels, stride=1, option="B"):
    """Return a basic block with a bypass of this option, or a plain one (None)."""
    around = Bypass(in_channels, out_channels, stride, option or "B")
    return Residual(basic_branch(in_channels, out_channels, stride), around)
