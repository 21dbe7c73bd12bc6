"""Reads the taps S apart and the outputs D apart.

loses:
    gradient_weights_settings 4
"""

# %% weight_gradient
import numpy as np


def weight_gradient(delta, x, kernel_size, stride=1, padding=0, dilation=1):
    stride, dilation = (stride, dilation) if kernel_size == (1, 1) else (dilation, stride)
    padded = pad2d(x, (padding,) * 4)
    dw = np.zeros((delta.shape[1], x.shape[1], *kernel_size))
    for u in range(kernel_size[0]):
        for v in range(kernel_size[1]):
            for i in range(delta.shape[2]):
                for j in range(delta.shape[3]):
                    r, c = i * stride + u * dilation, j * stride + v * dilation
                    if r < padded.shape[2] and c < padded.shape[3]:
                        dw[:, :, u, v] += delta[:, :, i, j].T @ padded[:, :, r, c]
    return dw
