"""Returns the step as it is, a float.

loses:
    classify_test 2
"""


# %% boundary
def signed_distance(X, w, b):
    return (X @ w + b) / np.linalg.norm(w)


def classify(X, w, b):
    return np.where(X @ w + b > 0, 1.0, 0.0)


def nearest_point(w, b):
    return -b * w / (w @ w)
