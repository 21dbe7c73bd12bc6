"""Refuses with the span k·d, so that a dilated kernel that just fits is refused.

loses:
    length_same 2
    length_refuses 1
"""


# %% output_length
def output_length(length, kernel_size, stride=1, padding=0, dilation=1):
    span = dilation * (kernel_size - 1) + 1
    padded = length + (span - 1 if padding == "same" else 2 * padding)
    if dilation * kernel_size > padded:
        raise ValueError("the kernel does not fit")
    return (padded - span) // stride + 1
