"""Forgets the logarithm of the sum.

loses:
    log_softmax_test 3
    ce_values 4
"""


# %% softmax
def softmax(Z):
    powers = np.exp(Z - Z.max(axis=1)[:, None])
    return powers / powers.sum(axis=1)[:, None]


def log_softmax(Z):
    return Z - Z.max(axis=1)[:, None]
