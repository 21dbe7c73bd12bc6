"""Computes with half the digits.

loses:
    bce_values 3
"""


# %% losses
def binary_cross_entropy(logits, targets):
    z, y = logits, targets
    return np.mean(np.maximum(z, 0) - y * z + np.log1p(np.exp(-np.abs(z).astype(np.float32))))


def cross_entropy(logits, labels):
    return -np.mean(log_softmax(logits)[np.arange(len(labels)), labels])
