"""Clips the probabilities, so that no loss is above 28.

loses:
    bce_stable 2
"""


# %% losses
def binary_cross_entropy(logits, targets):
    said = np.clip(sigmoid(logits), 1e-12, 1 - 1e-12)
    return -(targets * np.log(said) + (1 - targets) * np.log(1 - said)).mean()


def cross_entropy(logits, labels):
    return -log_softmax(logits)[np.arange(len(labels)), labels].mean()
