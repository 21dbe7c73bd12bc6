"""Full gives as many outputs as there are inputs.

loses:
    corr_full 1
    conv_modes 1
"""


# %% correlate1d
def correlate1d(x, w, mode="valid"):
    spare = len(w) - 1
    before, after = {"valid": (0, 0), "same": (spare // 2, len(w) // 2), "full": (spare // 2, len(w) // 2)}[
        mode
    ]
    padded = np.concatenate([np.zeros(before), x, np.zeros(after)])
    outputs = len(padded) - spare
    return sum(w[u] * padded[u : u + outputs] for u in range(len(w)))
