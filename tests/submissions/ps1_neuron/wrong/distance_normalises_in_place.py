"""Gives the caller's w length 1.

loses:
    distance 4
"""


# %% boundary
def signed_distance(X, w, b):
    length = np.linalg.norm(w)
    w /= length
    return X @ w + b / length


def classify(X, w, b):
    return (X @ w + b > 0).astype(int)


def nearest_point(w, b):
    return -b * w / (w @ w)
