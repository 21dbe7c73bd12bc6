"""Divides by the length of w once, not twice.

loses:
    nearest 3
"""


# %% boundary
def signed_distance(X, w, b):
    return (X @ w + b) / np.linalg.norm(w)


def classify(X, w, b):
    return (X @ w + b > 0).astype(int)


def nearest_point(w, b):
    return -b * w / np.linalg.norm(w)
