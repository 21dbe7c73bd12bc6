"""The sum over the batch is missing: only the first image counts.

loses:
    b_gradient_h 5
    b_gradient_b 2
"""

# %% loss_gradients
import numpy as np


def loss_gradients(z, h, b, x):
    radius = h.shape[2] // 2
    error = 2 * (layer_output(z, h, b) - x) / x.size
    dh = np.zeros(h.shape)
    for m, n, shifted in shifts(z, radius):
        dh[:, :, m + radius, n + radius] = np.einsum("krc,jrc->jk", error[0], shifted[0])
    return dh, error[0].sum(axis=(1, 2))
