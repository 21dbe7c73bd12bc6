"""Rounds to the nearest whole step instead of down.

loses:
    length_stride 2
    length_padding 2
    length_dilation 3
    length_same 2
    work_positions 3
    table_shapes 3
    table_work 3
"""


# %% output_length
def output_length(length, kernel_size, stride=1, padding=0, dilation=1):
    span = dilation * (kernel_size - 1) + 1
    padded = length + (span - 1 if padding == "same" else 2 * padding)
    if span > padded:
        raise ValueError("the kernel does not fit")
    return round((padded - span) / stride) + 1
