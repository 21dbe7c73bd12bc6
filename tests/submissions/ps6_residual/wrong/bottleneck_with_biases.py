"""Convolutions with biases.

loses:
    bottleneck_state 2
    bottleneck_values 3
    bottleneck_stride 2
    bottleneck_whole 1
"""


# %% bottleneck_branch
def bottleneck_branch(in_channels, width, stride):
    """Return the branch of a bottleneck, with parts conv_a, norm_a, conv_b, norm_b, conv_c and norm_c."""
    chain = OrderedDict()
    chain["conv_a"] = nn.Conv2d(in_channels, width, kernel_size=1, stride=stride)
    chain["norm_a"] = nn.BatchNorm2d(width)
    chain["bend_a"] = nn.ReLU()
    chain["conv_b"] = nn.Conv2d(width, width, kernel_size=3, padding=1)
    chain["norm_b"] = nn.BatchNorm2d(width)
    chain["bend_b"] = nn.ReLU()
    chain["conv_c"] = nn.Conv2d(width, 4 * width, kernel_size=1)
    chain["norm_c"] = nn.BatchNorm2d(4 * width)
    return nn.Sequential(chain)
