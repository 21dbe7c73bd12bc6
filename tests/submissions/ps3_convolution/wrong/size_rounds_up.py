"""Rounds up, as ceil_mode does.

loses:
    size_stride 1
    size_padding 1
    size_dilation 1
    unread_positions 2
    corr2d_stride 2
    corr2d_dilation 2
    matrix_stride 2
    matrix_padding 1
    conv2d_settings 3
    max_values 3
    avg_values 2
"""


# %% output_size
def output_size(n, f, padding=0, stride=1, dilation=1):
    span = dilation * (f - 1) + 1
    room = n + 2 * padding - span
    if room < 0:
        raise ValueError(f"the kernel spans {span}, {-room} more than the padded input: raise the padding")
    return math.ceil(room / stride) + 1
