"""Flips the rows of the kernel and not its columns.

loses:
    conv2d_flip 1
"""


# %% convolve2d
def convolve2d(x, w):
    return correlate2d(x, w[::-1])
