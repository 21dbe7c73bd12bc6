"""Multiplies by the positions of the input instead of the output.

loses:
    work_positions 3
    work_groups 2
    table_work 3
"""


# %% conv_multiply_adds
def conv_multiply_adds(in_channels, height, width, out_channels, kernel_size, stride=1, padding=0, groups=1):
    return height * width * conv_parameters(in_channels, out_channels, kernel_size, groups, bias=False)
