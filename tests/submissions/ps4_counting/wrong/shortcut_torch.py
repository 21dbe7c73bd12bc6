"""Lets torch make the layers and counts their entries.

loses:
    dense_bias 2
    dense_nobias 1
    mlp 2
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

# %% dense_parameters
from torch import nn


def dense_parameters(inputs, outputs, bias=True):
    return sum(p.numel() for p in nn.Linear(inputs, outputs, bias=bias).parameters())


# %% conv_parameters
import torch


def conv_parameters(in_channels, out_channels, kernel_size, groups=1, bias=True):
    layer = torch.nn.Conv2d(in_channels, out_channels, kernel_size, groups=groups, bias=bias)
    return sum(p.numel() for p in layer.parameters())
