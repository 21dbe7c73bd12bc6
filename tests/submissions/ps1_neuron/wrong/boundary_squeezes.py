"""Drops every axis of length 1, the batch of one sample included.

loses:
    distance 4
    classify_test 2
"""


# %% boundary
def signed_distance(X, w, b):
    return (X @ w[:, None] + b).squeeze() / np.linalg.norm(w)


def classify(X, w, b):
    return (signed_distance(X, w, b) > 0).astype(int)


def nearest_point(w, b):
    return -b * w / (w @ w)
