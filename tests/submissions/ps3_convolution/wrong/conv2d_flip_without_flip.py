"""Two-dimensional convolution without the flip.

loses:
    conv2d_flip 1
"""


# %% convolve2d
def convolve2d(x, w):
    return correlate2d(x, w)
