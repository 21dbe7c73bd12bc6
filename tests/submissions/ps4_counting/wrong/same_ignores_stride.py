""" "same" always returns the input length.

loses:
    length_same 2
"""


# %% output_length
def output_length(length, kernel_size, stride=1, padding=0, dilation=1):
    if padding == "same":
        return length
    span = dilation * (kernel_size - 1) + 1
    padded = length + (span - 1 if padding == "same" else 2 * padding)
    if span > padded:
        raise ValueError("the kernel does not fit")
    return (padded - span) // stride + 1
