"""Stretches the caller's w until it ends on the boundary.

loses:
    nearest 3
"""


# %% boundary
def signed_distance(X, w, b):
    return (X @ w + b) / np.linalg.norm(w)


def classify(X, w, b):
    return (X @ w + b > 0).astype(int)


def nearest_point(w, b):
    w *= -b / np.sum(w**2)
    return w
