"""Takes the absolute value of the logits in the caller's array.

loses:
    bce_values 3
"""


# %% losses
def binary_cross_entropy(logits, targets):
    linear = np.maximum(logits, 0) - logits * targets
    np.abs(logits, out=logits)
    return (linear + np.log1p(np.exp(-logits))).mean()


def cross_entropy(logits, labels):
    return -log_softmax(logits)[np.arange(len(labels)), labels].mean()
