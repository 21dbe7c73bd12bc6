"""Lets torch pad, convolve and pool.

loses:
    pad_constant 2
    pad_modes 2
    conv2d_channels 3
    conv2d_maps 2
    conv2d_bias 2
    conv2d_settings 3
    grouped_depthwise 1
    grouped_groups 1
    gradient_weights 3
    gradient_weights_settings 4
    max_values 3
    avg_values 2
"""

# %% pad2d
import torch


def pad2d(x, padding, mode="constant", value=0):
    top, bottom, left, right = padding
    return torch.nn.functional.pad(
        torch.tensor(x, dtype=torch.float64), (left, right, top, bottom), mode, value
    ).numpy()


# %% conv2d
import torch


def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    x, w = torch.tensor(x, dtype=torch.float64), torch.tensor(w, dtype=torch.float64)
    b = None if b is None else torch.tensor(b, dtype=torch.float64)
    return torch.conv2d(x, w, b, stride, padding, dilation).numpy()


# %% weight_gradient
import torch
import torch.nn.grad


def weight_gradient(delta, x, kernel_size, stride=1, padding=0, dilation=1):
    shape = (delta.shape[1], x.shape[1], *kernel_size)
    x, delta = torch.tensor(x), torch.tensor(delta)
    return torch.nn.grad.conv2d_weight(x, shape, delta, stride, padding, dilation).numpy()


# %% pools
import torch
from torch import nn


def max_pool2d(x, size, stride=None):
    return nn.MaxPool2d(size, stride)(torch.tensor(x, dtype=torch.float64)).numpy()


def avg_pool2d(x, size, stride=None):
    return nn.functional.avg_pool2d(torch.tensor(x, dtype=torch.float64), size, stride).numpy()
