"""Calls the parts conv1, norm1, conv2 and norm2.

loses:
    basic_state 2
    basic_values 4
    basic_block_whole 1
    net_state 3
    net_values 4
    start_spread 4
    start_zero 3
    gradient_blocks 3
"""


# %% basic_branch
def basic2ranch(in_channels, out_channels, stride):
    """Return the branch of a basic block, with parts conv1, norm1, conv2 and norm2."""
    chain = OrderedDict()
    chain["conv1"] = nn.Conv2d(in_channels, out_channels, kernel_size=3, stride=stride, padding=1, bias=False)
    chain["norm1"] = nn.BatchNorm2d(out_channels)
    chain["bend"] = nn.ReLU()
    chain["conv2"] = nn.Conv2d(out_channels, out_channels, kernel_size=3, padding=1, bias=False)
    chain["norm2"] = nn.BatchNorm2d(out_channels)
    return nn.Sequential(chain)
