"""Lets a dilated kernel reach k·d − 1 positions further.

loses:
    field_size 4
    window 2
"""


# %% receptive_field
def receptive_field(layers):
    size, jump, start = 1, 1, 0
    for kernel_size, stride, padding, dilation in layers:
        size += (kernel_size * dilation - 1) * jump
        start -= padding * jump
        jump *= stride
    return size, jump, start
