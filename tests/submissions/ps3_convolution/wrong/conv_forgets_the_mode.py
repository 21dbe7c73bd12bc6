"""Convolves in mode "valid" only.

loses:
    conv_modes 1
"""


# %% convolve1d
def convolve1d(x, w, mode="valid"):
    return correlate1d(x, w[::-1])
