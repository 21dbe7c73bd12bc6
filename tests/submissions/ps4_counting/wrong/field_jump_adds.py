"""Adds strides where they multiply.

loses:
    field_size 4
    field_jump 2
    field_start 2
    window 2
"""


# %% receptive_field
def receptive_field(layers):
    size, jump, start = 1, 1, 0
    for kernel_size, stride, padding, dilation in layers:
        size += (kernel_size - 1) * dilation * jump
        start -= padding * jump
        jump += stride - 1
    return size, jump, start
