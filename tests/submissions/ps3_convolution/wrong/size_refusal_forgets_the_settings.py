"""Compares the kernel with the input, both as they stand.

loses:
    size_refuses 1
"""


# %% output_size
def output_size(n, f, padding=0, stride=1, dilation=1):
    span = dilation * (f - 1) + 1
    room = n + 2 * padding - span
    if f > n + 2 * padding:
        raise ValueError(f"the kernel spans {span}, {-room} more than the padded input: raise the padding")
    return room // stride + 1
