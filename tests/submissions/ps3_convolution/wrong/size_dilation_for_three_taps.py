"""A span that is right for three taps only.

loses:
    size_dilation 1
    size_refuses 1
    unread_positions 2
    corr2d_dilation 2
    conv2d_settings 3
"""


# %% output_size
def output_size(n, f, padding=0, stride=1, dilation=1):
    span = f + 2 * (dilation - 1)
    room = n + 2 * padding - span
    if room < 0:
        raise ValueError(f"the kernel spans {span}, {-room} more than the padded input: raise the padding")
    return room // stride + 1
