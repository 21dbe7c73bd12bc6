"""Turns the output around instead of the kernel in modes "full" and "same".

loses:
    conv_modes 1
"""


# %% convolve1d
def convolve1d(x, w, mode="valid"):
    if mode == "valid":
        return correlate1d(x, w[::-1])
    return correlate1d(x, w, mode)[::-1]
