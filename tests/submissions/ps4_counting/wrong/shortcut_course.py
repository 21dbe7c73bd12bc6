"""Lets course.arithmetic count.

loses:
    conv_count 3
    conv_nobias 2
    conv_groups 4
    length_stride 2
    length_padding 2
    length_dilation 3
    length_same 2
    length_refuses 1
    work_positions 3
    work_groups 2
    table_shapes 3
    table_parameters 3
    table_work 3
    figure_vgg7 1
    figure_lenet 1
    figure_small_kernels 1
    figure_windows 1
    a_parameters_test 2
    b_parameters_test 2
"""

# %% conv_parameters
from course.arithmetic import Conv


def conv_parameters(in_channels, out_channels, kernel_size, groups=1, bias=True):
    return Conv(in_channels, out_channels, kernel_size, groups=groups, bias=bias).parameters()


# %% output_length
import course.arithmetic.axis


def output_length(length, kernel_size, stride=1, padding=0, dilation=1):
    return course.arithmetic.axis.output_length(length, kernel_size, stride, padding, dilation)
