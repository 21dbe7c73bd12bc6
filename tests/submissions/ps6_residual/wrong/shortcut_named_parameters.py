"""Builds the stages and counts what the modules list by name.

loses:
    count_net 4
"""


# %% net_parameters
def net_parameters(n, width=16, classes=10, option="A", in_channels=3):
    total, before = 9 * in_channels * width + 2 * width + 4 * width * classes + classes, width
    for stage in range(3):
        for i in range(n):
            block = basic_block(before, width * 2**stage, 2 if stage and not i else 1, option)
            total += sum(entry.numel() for _, entry in block.named_parameters())
            before = width * 2**stage
    return total
