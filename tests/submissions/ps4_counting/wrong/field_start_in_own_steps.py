"""Shifts the start by the padding, not by padding times jump.

loses:
    field_start 2
    window 2
"""


# %% receptive_field
def receptive_field(layers):
    size, jump, start = 1, 1, 0
    for kernel_size, stride, padding, dilation in layers:
        size += (kernel_size - 1) * dilation * jump
        start -= padding
        jump *= stride
    return size, jump, start
