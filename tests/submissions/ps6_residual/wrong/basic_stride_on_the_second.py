"""The second convolution takes the stride.

loses:
    basic_values 4
"""


# %% basic_branch
def basic_branch(in_channels, out_channels, stride):
    return nn.Sequential(
        OrderedDict(
            conv_a=nn.Conv2d(in_channels, out_channels, 3, 1, 1, bias=False),
            norm_a=nn.BatchNorm2d(out_channels),
            relu=nn.ReLU(),
            conv_b=nn.Conv2d(out_channels, out_channels, 3, stride, 1, bias=False),
            norm_b=nn.BatchNorm2d(out_channels),
        )
    )
