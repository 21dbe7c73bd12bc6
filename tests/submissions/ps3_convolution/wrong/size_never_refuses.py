"""Returns what the formula gives for a kernel that does not fit.

loses:
    size_refuses 1
"""


# %% output_size
def output_size(n, f, padding=0, stride=1, dilation=1):
    span = dilation * (f - 1) + 1
    room = n + 2 * padding - span
    if room < -(10**9):
        raise ValueError(f"the kernel spans {span}, {-room} more than the padded input: raise the padding")
    return room // stride + 1
