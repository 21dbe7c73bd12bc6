"""Builds the block and counts what the module lists.

loses:
    count_basic 2
    count_net 4
"""


# %% basic_parameters
def basic_parameters(in_channels, out_channels, stride=1, option="B"):
    block = basic_block(in_channels, out_channels, stride, option)
    return sum(entry.numel() for entry in block.parameters())
