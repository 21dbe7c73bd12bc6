"""A convolution without its biases.

loses:
    conv_count 3
    conv_groups 4
    table_parameters 3
    figure_vgg7 1
    figure_lenet 1
    figure_small_kernels 1
    a_parameters_test 2
    b_parameters_test 2
"""


# %% conv_parameters
def conv_parameters(in_channels, out_channels, kernel_size, groups=1, bias=True):
    kh, kw = kernel_size
    return kh * kw * in_channels // groups * out_channels
