"""Convolution without the flip, as in deep learning.

loses:
    conv_flip 2
    conv_modes 1
"""


# %% convolve1d
def convolve1d(x, w, mode="valid"):
    return correlate1d(x, w, mode)
