"""Gives the caller's bias another shape.

loses:
    b_output 4
"""

# %% layer_output
import numpy as np


def shifts(z, radius):
    height, width = z.shape[2:]
    padded = np.pad(z, ((0, 0), (0, 0), (radius, radius), (radius, radius)))
    for m in range(-radius, radius + 1):
        for n in range(-radius, radius + 1):
            yield m, n, padded[:, :, radius - m : radius - m + height, radius - n : radius - n + width]


def layer_output(z, h, b):
    radius = h.shape[2] // 2
    b.resize((1, b.size, 1, 1), refcheck=False)
    y = np.zeros((len(z), h.shape[1], *z.shape[2:])) + b
    for m, n, shifted in shifts(z, radius):
        y += np.einsum("bjrc,jk->bkrc", shifted, h[:, :, m + radius, n + radius])
    return y
