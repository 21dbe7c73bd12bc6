"""Multiplies by the layer's own stride instead of the jump so far.

loses:
    field_size 4
    window 2
"""


# %% receptive_field
def receptive_field(layers):
    size, jump, start = 1, 1, 0
    for kernel_size, stride, padding, dilation in layers:
        size += (kernel_size - 1) * dilation * stride
        start -= padding * jump
        jump *= stride
    return size, jump, start
