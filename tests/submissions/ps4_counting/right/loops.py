"""Plain loops over every index, as the formulas are written."""

# %% layer_output
import numpy as np


def layer_output(z, h, b):
    batch, maps, height, width = z.shape
    radius = h.shape[2] // 2
    y = np.empty((batch, len(b), height, width))
    for i, k, r, c in np.ndindex(y.shape):
        total = b[k]
        for j in range(maps):
            for m in range(-radius, radius + 1):
                for n in range(-radius, radius + 1):
                    if 0 <= r - m < height and 0 <= c - n < width:
                        total += h[j, k, m + radius, n + radius] * z[i, j, r - m, c - n]
        y[i, k, r, c] = total
    return y


# %% batch_mse
def batch_mse(y, x):
    total = 0
    for p, q in zip(y.ravel().tolist(), x.ravel().tolist(), strict=True):
        total += (p - q) ** 2
    return total / y.size


# %% loss_gradients
import numpy as np


def loss_gradients(z, h, b, x):
    batch, maps, height, width = z.shape
    radius = h.shape[2] // 2
    y = layer_output(z, h, b)
    dh, db = np.zeros_like(h), np.zeros_like(b)
    for i, k, r, c in np.ndindex(y.shape):
        slope = 2 * (y[i, k, r, c] - x[i, k, r, c]) / y.size
        db[k] += slope
        for j in range(maps):
            for m in range(-radius, radius + 1):
                for n in range(-radius, radius + 1):
                    if 0 <= r - m < height and 0 <= c - n < width:
                        dh[j, k, m + radius, n + radius] += slope * z[i, j, r - m, c - n]
    return dh, db
