"""Shifts the rows of the caller's logits.

loses:
    ce_stable 2
"""


# %% losses
def binary_cross_entropy(logits, targets):
    return (np.logaddexp(0, logits) - targets * logits).mean()


def cross_entropy(logits, labels):
    logits -= logits.max(axis=1, keepdims=True)
    own = logits[np.arange(len(labels)), labels]
    return (np.log(np.exp(logits).sum(axis=1)) - own).mean()
