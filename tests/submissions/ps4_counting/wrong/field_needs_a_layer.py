"""Starts from the first layer, and so fails on an empty stack.

loses:
    field_edges 1
"""


# %% receptive_field
def receptive_field(layers):
    kernel_size, jump, padding, dilation = layers[0]
    size, start = dilation * (kernel_size - 1) + 1, -padding
    for kernel_size, stride, padding, dilation in layers[1:]:
        size += (kernel_size - 1) * dilation * jump
        start -= padding * jump
        jump *= stride
    return size, jump, start
