"""Turns the kernel around in the correlation, and so not in the convolution.

loses:
    corr_valid 2
    corr_full 1
    corr_same 2
    conv_flip 2
    conv_modes 1
"""


# %% correlate1d
def correlate1d(x, w, mode="valid"):
    spare = len(w) - 1
    before, after = {"valid": (0, 0), "same": (spare // 2, len(w) // 2), "full": (spare, spare)}[mode]
    padded = np.concatenate([np.zeros(before), x, np.zeros(after)])
    outputs = len(padded) - spare
    return sum(w[-1 - u] * padded[u : u + outputs] for u in range(len(w)))
