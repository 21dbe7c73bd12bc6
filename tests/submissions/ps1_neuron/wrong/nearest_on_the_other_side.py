"""The sign of b is wrong.

loses:
    nearest 3
"""


# %% boundary
def signed_distance(X, w, b):
    return (X @ w + b) / np.linalg.norm(w)


def classify(X, w, b):
    return (X @ w + b > 0).astype(int)


def nearest_point(w, b):
    return b * w / (w @ w)
