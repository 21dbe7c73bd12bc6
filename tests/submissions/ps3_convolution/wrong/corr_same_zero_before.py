"""The odd zero of an even kernel comes before the signal.

loses:
    corr_same 2
    conv_modes 1
"""


# %% correlate1d
def correlate1d(x, w, mode="valid"):
    spare = len(w) - 1
    before, after = {"valid": (0, 0), "same": (len(w) // 2, spare // 2), "full": (spare, spare)}[mode]
    padded = np.concatenate([np.zeros(before), x, np.zeros(after)])
    outputs = len(padded) - spare
    return sum(w[u] * padded[u : u + outputs] for u in range(len(w)))
