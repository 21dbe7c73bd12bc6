"""The logarithm writes into the logits.

loses:
    softmax_unchanged 1
    ce_stable 2
"""


# %% softmax
def softmax(Z):
    powers = np.exp(Z - Z.max(axis=1)[:, None])
    return powers / powers.sum(axis=1)[:, None]


def log_softmax(Z):
    Z -= Z.max(axis=1)[:, None]
    return Z - np.log(np.exp(Z).sum(axis=1))[:, None]
