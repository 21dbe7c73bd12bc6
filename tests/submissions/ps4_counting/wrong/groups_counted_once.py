"""Counts the weights of one group and forgets the other groups.

loses:
    conv_groups 4
    work_groups 2
"""


# %% conv_parameters
def conv_parameters(in_channels, out_channels, kernel_size, groups=1, bias=True):
    kh, kw = kernel_size
    return kh * kw * (in_channels // groups) * (out_channels // groups) + bias * out_channels
