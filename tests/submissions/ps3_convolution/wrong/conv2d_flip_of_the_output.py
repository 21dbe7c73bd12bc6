"""Turns the output around instead of the kernel.

loses:
    conv2d_flip 1
"""


# %% convolve2d
def convolve2d(x, w):
    return correlate2d(x, w)[::-1, ::-1]
