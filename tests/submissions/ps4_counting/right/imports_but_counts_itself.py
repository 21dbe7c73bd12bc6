"""Imports torch and course.arithmetic, which is allowed, and measures tensors it made itself."""

# %% dense_parameters
import torch

import course.arithmetic


def dense_parameters(inputs, outputs, bias=True):
    weights = torch.empty(outputs, inputs, device="meta")
    return weights.numel() + (outputs if bias else 0)


# %% transposed_parameters
import torch


def transposed_parameters(in_channels, out_channels, kernel_size, groups=1, bias=True):
    weights = torch.empty(in_channels, out_channels // groups, *kernel_size)
    return weights.numel() + torch.empty(out_channels).numel() * int(bias)
