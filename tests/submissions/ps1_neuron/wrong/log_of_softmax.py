"""Takes the logarithm of a probability that may be 0.

loses:
    log_softmax_test 3
    ce_stable 2
"""


# %% softmax
def softmax(Z):
    powers = np.exp(Z - Z.max(axis=1)[:, None])
    return powers / powers.sum(axis=1)[:, None]


def log_softmax(Z):
    return np.log(softmax(Z))
