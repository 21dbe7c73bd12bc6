"""Turns the caller's kernel around in place.

loses:
    conv_flip 2
    conv_modes 1
"""


# %% convolve1d
def convolve1d(x, w, mode="valid"):
    w[:] = w[::-1].copy()
    return correlate1d(x, w, mode)
