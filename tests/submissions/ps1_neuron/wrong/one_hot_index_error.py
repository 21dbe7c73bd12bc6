"""Lets NumPy complain, which raises IndexError.

loses:
    one_hot_refuses 1
"""


# %% one_hot
def one_hot(labels, classes):
    return np.eye(classes)[labels]
