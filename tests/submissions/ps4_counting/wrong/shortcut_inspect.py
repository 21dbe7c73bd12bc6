"""Lets a card count.

loses:
    conv_count 3
    conv_nobias 2
    conv_groups 4
    work_positions 3
    work_groups 2
    table_shapes 3
    table_parameters 3
    table_work 3
    figure_vgg7 1
    figure_lenet 1
    figure_small_kernels 1
    figure_windows 1
    a_parameters_test 2
    b_parameters_test 2
"""


# %% conv_parameters
def conv_parameters(in_channels, out_channels, kernel_size, groups=1, bias=True):
    from course.inspect.named import card_of

    options = {
        "in_channels": in_channels,
        "out_channels": out_channels,
        "kernel_size": kernel_size,
        "groups": groups,
        "bias": bias,
    }
    return card_of("torch.nn:Conv2d", (in_channels, 64, 64), options=options).parameters
