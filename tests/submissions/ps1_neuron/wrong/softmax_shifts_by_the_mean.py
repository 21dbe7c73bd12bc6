"""Subtracts the mean of a row, not its maximum.

loses:
    softmax_stable 3
"""


# %% softmax
def softmax(Z):
    powers = np.exp(Z - Z.mean(axis=1)[:, None])
    return powers / powers.sum(axis=1)[:, None]


def log_softmax(Z):
    Z = Z - Z.max(axis=1)[:, None]
    return Z - np.log(np.exp(Z).sum(axis=1))[:, None]
