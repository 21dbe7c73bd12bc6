"""Swaps the first tap and the third.

loses:
    conv_flip 2
    conv_modes 1
"""


# %% convolve1d
def convolve1d(x, w, mode="valid"):
    return correlate1d(x, [*w[2:], *w[1:2], *w[:1]], mode)
