"""Normalises the kernel in place, undoes it in the result, and leaves the caller's kernel changed.

loses:
    corr_valid 2
    conv_flip 2
    conv_modes 1
"""


# %% correlate1d
def correlate1d(x, w, mode="valid"):
    total = abs(w).sum() if w.dtype.kind == "f" else 1
    w[:] = w / total
    spare = len(w) - 1
    before, after = {"valid": (0, 0), "same": (spare // 2, len(w) // 2), "full": (spare, spare)}[mode]
    padded = np.concatenate([np.zeros(before), x, np.zeros(after)])
    outputs = len(padded) - spare
    return total * sum(w[u] * padded[u : u + outputs] for u in range(len(w)))
