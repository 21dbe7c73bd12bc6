"""Takes the dilated kernel to span k·d.

loses:
    length_dilation 3
    length_refuses 1
"""


# %% output_length
def output_length(length, kernel_size, stride=1, padding=0, dilation=1):
    span = dilation * kernel_size
    padded = length + (span - 1 if padding == "same" else 2 * padding)
    if span > padded:
        raise ValueError("the kernel does not fit")
    return (padded - span) // stride + 1
