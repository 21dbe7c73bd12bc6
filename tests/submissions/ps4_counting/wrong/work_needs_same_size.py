"""Takes the output to be as large as the input unless the layer is grouped.

loses:
    work_positions 3
    table_work 3
"""


# %% conv_multiply_adds
def conv_multiply_adds(in_channels, height, width, out_channels, kernel_size, stride=1, padding=0, groups=1):
    rows = output_length(height, kernel_size[0], stride, padding)
    columns = output_length(width, kernel_size[1], stride, padding)
    if groups == 1:
        rows, columns = height, width
    return rows * columns * conv_parameters(in_channels, out_channels, kernel_size, groups, bias=False)
