"""The gradient is stored at the mirrored tap.

loses:
    b_gradient_h 5
"""

# %% loss_gradients
import numpy as np


def loss_gradients(z, h, b, x):
    radius = h.shape[2] // 2
    error = 2 * (layer_output(z, h, b) - x) / x.size
    dh = np.zeros(h.shape)
    for m, n, shifted in shifts(z, radius):
        dh[:, :, radius - m, radius - n] = np.einsum("bkrc,bjrc->jk", error, shifted)
    return dh, error.sum(axis=(0, 2, 3))
