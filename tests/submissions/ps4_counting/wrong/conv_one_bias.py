"""bias=False takes away one bias instead of one for each output map.

loses:
    conv_nobias 2
    work_positions 3
    work_groups 2
    table_work 3
    figure_small_kernels 1
"""


# %% conv_parameters
def conv_parameters(in_channels, out_channels, kernel_size, groups=1, bias=True):
    kh, kw = kernel_size
    return (kh * kw * (in_channels // groups) + 1) * out_channels - (not bias)
