"""Subtracts the maximum of the whole batch.

loses:
    log_softmax_test 3
    ce_stable 2
"""


# %% softmax
def softmax(Z):
    powers = np.exp(Z - Z.max(axis=1)[:, None])
    return powers / powers.sum(axis=1)[:, None]


def log_softmax(Z):
    Z = Z - Z.max()
    return Z - np.log(np.exp(Z).sum(axis=1))[:, None]
