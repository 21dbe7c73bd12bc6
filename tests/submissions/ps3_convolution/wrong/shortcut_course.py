"""Asks the course's own arithmetic.

loses:
    size_stride 1
    size_padding 1
    size_dilation 1
    size_refuses 1
    unread_positions 2
    corr2d_values 3
    corr2d_stride 2
    corr2d_dilation 2
    conv2d_flip 1
    matrix_plain 2
    matrix_stride 2
    matrix_padding 1
    conv2d_channels 3
    conv2d_maps 2
    conv2d_bias 2
    conv2d_settings 3
    grouped_depthwise 1
    grouped_groups 1
    max_values 3
    avg_values 2
"""

# %% output_size
from course.arithmetic import output_length


def output_size(n, f, padding=0, stride=1, dilation=1):
    return output_length(n, f, stride=stride, padding=padding, dilation=dilation)
