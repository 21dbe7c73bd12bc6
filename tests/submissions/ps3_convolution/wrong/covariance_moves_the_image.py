"""Shifts the caller's image.

loses:
    covariance_interior 2
"""

# %% covariance_gap
import numpy as np


def covariance_gap(f, x, shift, margin=0, stride=1):
    if shift[0] % stride or shift[1] % stride:
        raise ValueError("the shift must be a multiple of the stride")
    y = np.roll(f(x), (shift[0] // stride, shift[1] // stride), axis=(0, 1))
    x[:] = np.roll(x, shift, axis=(0, 1))
    gap = np.abs(1.0 * f(x) - y)
    return gap[margin : len(gap) - margin, margin : gap.shape[1] - margin].max()
