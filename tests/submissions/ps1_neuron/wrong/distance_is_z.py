"""Takes z for the distance: w has no length 1.

loses:
    distance 4
"""


# %% boundary
def signed_distance(X, w, b):
    return X @ w + b


def classify(X, w, b):
    return (X @ w + b > 0).astype(int)


def nearest_point(w, b):
    return -b * w / (w @ w)
