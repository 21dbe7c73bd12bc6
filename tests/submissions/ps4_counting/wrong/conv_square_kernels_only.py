"""Takes the kernel to be square.

loses:
    conv_count 3
    work_positions 3
"""


# %% conv_parameters
def conv_parameters(in_channels, out_channels, kernel_size, groups=1, bias=True):
    k = kernel_size[0]
    return (k * k * (in_channels // groups) + bias) * out_channels
