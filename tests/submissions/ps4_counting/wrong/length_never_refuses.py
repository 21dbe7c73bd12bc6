"""Returns a nonsense length where the kernel does not fit.

loses:
    length_refuses 1
"""


# %% output_length
def output_length(length, kernel_size, stride=1, padding=0, dilation=1):
    span = dilation * (kernel_size - 1) + 1
    padded = length + (span - 1 if padding == "same" else 2 * padding)
    return (padded - span) // stride + 1
