"""Sums along the wrong axis.

loses:
    softmax_values 2
    softmax_stable 3
"""


# %% softmax
def softmax(Z):
    powers = np.exp(Z - Z.max(axis=0))
    return powers / powers.sum(axis=0)


def log_softmax(Z):
    Z = Z - Z.max(axis=1)[:, None]
    return Z - np.log(np.exp(Z).sum(axis=1))[:, None]
