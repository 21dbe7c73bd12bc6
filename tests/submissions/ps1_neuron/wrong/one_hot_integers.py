"""Returns integers.

loses:
    one_hot_test 2
"""


# %% one_hot
def one_hot(labels, classes):
    if labels.min() < 0 or labels.max() >= classes:
        raise ValueError("no such class")
    return np.eye(classes, dtype=int)[labels]
