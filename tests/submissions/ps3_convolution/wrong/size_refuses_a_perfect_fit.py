"""Refuses a kernel that spans the whole padded input.

loses:
    size_stride 1
    size_dilation 1
    size_refuses 1
    unread_positions 2
    corr2d_values 3
    corr2d_dilation 2
    matrix_plain 2
    conv2d_channels 3
    grouped_depthwise 1
    grouped_groups 1
"""


# %% output_size
def output_size(n, f, padding=0, stride=1, dilation=1):
    span = dilation * (f - 1) + 1
    room = n + 2 * padding - span
    if room <= 0:
        raise ValueError(f"the kernel spans {span}, {-room} more than the padded input: raise the padding")
    return room // stride + 1
