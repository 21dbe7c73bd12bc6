"""The side is lost.

loses:
    distance 4
"""


# %% boundary
def signed_distance(X, w, b):
    return abs(X @ w + b) / np.linalg.norm(w)


def classify(X, w, b):
    return (X @ w + b > 0).astype(int)


def nearest_point(w, b):
    return -b * w / (w @ w)
