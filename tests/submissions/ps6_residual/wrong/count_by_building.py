"""Builds the block and adds up the sizes in its state.

loses:
    count_bottleneck 3
"""


# %% bottleneck_parameters
def bottleneck_parameters(in_channels, width, stride=1, option="B"):
    with torch.device("meta"):
        state = bottleneck_block(in_channels, width, stride, option).state_dict()
    return sum(entry.numel() for name, entry in state.items() if "running" not in name and "num_" not in name)
