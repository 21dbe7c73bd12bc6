"""Takes the first two weights to be all.

loses:
    distance 4
"""


# %% boundary
def signed_distance(X, w, b):
    return (X @ w + b) / np.hypot(w[0], w[1])


def classify(X, w, b):
    return (X @ w + b > 0).astype(int)


def nearest_point(w, b):
    return -b * w / (w @ w)
