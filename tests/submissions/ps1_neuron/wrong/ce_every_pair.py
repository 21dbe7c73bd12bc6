"""Picks every label from every row.

loses:
    ce_values 4
    ce_stable 2
"""


# %% losses
def binary_cross_entropy(logits, targets):
    return (np.logaddexp(0, -logits) + (1 - targets) * logits).mean()


def cross_entropy(logits, labels):
    return -log_softmax(logits)[:, labels].mean()
