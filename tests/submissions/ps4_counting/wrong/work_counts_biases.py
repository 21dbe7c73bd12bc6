"""Counts the addition of the bias as a multiply-add.

loses:
    work_positions 3
    work_groups 2
    table_work 3
    figure_small_kernels 1
"""


# %% conv_multiply_adds
def conv_multiply_adds(in_channels, height, width, out_channels, kernel_size, stride=1, padding=0, groups=1):
    rows = output_length(height, kernel_size[0], stride, padding)
    columns = output_length(width, kernel_size[1], stride, padding)
    return rows * columns * conv_parameters(in_channels, out_channels, kernel_size, groups)
