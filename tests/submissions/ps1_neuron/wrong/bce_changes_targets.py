"""Multiplies the caller's targets by the logits.

loses:
    bce_values 3
"""


# %% losses
def binary_cross_entropy(logits, targets):
    targets *= logits
    return (np.logaddexp(0, logits) - targets).mean()


def cross_entropy(logits, labels):
    return -log_softmax(logits)[np.arange(len(labels)), labels].mean()
