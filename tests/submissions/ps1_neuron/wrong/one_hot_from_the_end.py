"""Lets negative labels count from the end.

loses:
    one_hot_refuses 1
"""


# %% one_hot
def one_hot(labels, classes):
    if labels.max() >= classes:
        raise ValueError("no such class")
    return np.eye(classes)[labels]
