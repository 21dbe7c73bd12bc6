"""The second convolution changes the number of maps.

loses:
    basic_state 2
"""


# %% basic_branch
def basic_branch(in_channels, out_channels, stride):
    return nn.Sequential(
        OrderedDict(
            conv_a=nn.Conv2d(in_channels, in_channels, 3, stride, 1, bias=False),
            norm_a=nn.BatchNorm2d(in_channels),
            relu=nn.ReLU(),
            conv_b=nn.Conv2d(in_channels, out_channels, 3, 1, 1, bias=False),
            norm_b=nn.BatchNorm2d(out_channels),
        )
    )
