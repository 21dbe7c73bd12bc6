"""No ReLU between the convolutions.

loses:
    basic_values 4
"""


# %% basic_branch
def basic_branch(in_channels, out_channels, stride):
    """Return the branch of a basic block, with parts conv_a, norm_a, conv_b and norm_b."""
    chain = OrderedDict()
    chain["conv_a"] = nn.Conv2d(
        in_channels, out_channels, kernel_size=3, stride=stride, padding=1, bias=False
    )
    chain["norm_a"] = nn.BatchNorm2d(out_channels)
    chain["conv_b"] = nn.Conv2d(out_channels, out_channels, kernel_size=3, padding=1, bias=False)
    chain["norm_b"] = nn.BatchNorm2d(out_channels)
    return nn.Sequential(chain)
