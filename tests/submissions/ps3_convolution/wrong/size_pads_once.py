"""Adds the padding on one side only.

loses:
    size_padding 1
    size_refuses 1
    unread_positions 2
    matrix_padding 1
    conv2d_settings 3
"""


# %% output_size
def output_size(n, f, padding=0, stride=1, dilation=1):
    span = dilation * (f - 1) + 1
    room = n + padding - span
    if room < 0:
        raise ValueError(f"the kernel spans {span}, {-room} more than the padded input: raise the padding")
    return room // stride + 1
