"""Walks back from the last layer and leaves the caller's list reversed.

loses:
    field_edges 1
"""


# %% receptive_field
def receptive_field(layers):
    layers.reverse()
    size, jump, start = 1, 1, 0
    for kernel_size, stride, padding, dilation in layers:
        size = (size - 1) * stride + dilation * (kernel_size - 1) + 1
        jump *= stride
        start = start * stride - padding
    return size, jump, start
