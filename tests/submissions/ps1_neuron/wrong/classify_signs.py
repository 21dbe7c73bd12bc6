"""Classes are 1 and -1.

loses:
    classify_test 2
"""


# %% boundary
def signed_distance(X, w, b):
    return (X @ w + b) / np.linalg.norm(w)


def classify(X, w, b):
    return np.where(X @ w + b > 0, 1, -1)


def nearest_point(w, b):
    return -b * w / (w @ w)
