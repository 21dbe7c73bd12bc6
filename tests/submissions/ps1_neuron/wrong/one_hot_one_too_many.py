"""Lets a label pass that is one too large.

loses:
    one_hot_refuses 1
"""


# %% one_hot
def one_hot(labels, classes):
    if labels.min() < 0 or labels.max() > classes:
        raise ValueError("no such class")
    return (labels[:, None] == np.arange(classes)).astype(float)
