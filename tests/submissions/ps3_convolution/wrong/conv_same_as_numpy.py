"""Mode "same" as numpy.convolve cuts it: the odd zero before the signal.

loses:
    conv_modes 1
"""


# %% convolve1d
def convolve1d(x, w, mode="valid"):
    if mode != "same":
        return correlate1d(x, w[::-1], mode)
    first = (len(w) - 1) // 2
    return correlate1d(x, w[::-1], "full")[first : first + len(x)]
