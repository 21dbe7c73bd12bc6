"""Divides by the sum over the whole batch.

loses:
    softmax_values 2
    softmax_stable 3
"""


# %% softmax
def softmax(Z):
    powers = np.exp(Z - Z.max())
    return powers / powers.sum()


def log_softmax(Z):
    Z = Z - Z.max(axis=1)[:, None]
    return Z - np.log(np.exp(Z).sum(axis=1))[:, None]
