"""A bias for each pair of maps instead of one for each output map.

loses:
    conv_count 3
    conv_groups 4
    table_parameters 3
    figure_vgg7 1
    figure_small_kernels 1
    b_parameters_test 2
"""


# %% conv_parameters
def conv_parameters(in_channels, out_channels, kernel_size, groups=1, bias=True):
    kh, kw = kernel_size
    return (kh * kw + bias) * (in_channels // groups) * out_channels
