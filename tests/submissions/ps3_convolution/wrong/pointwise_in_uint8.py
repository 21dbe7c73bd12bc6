"""Leaves uint8 images and weights to multiply in uint8.

loses:
    pointwise_values 2
"""


# %% pointwise
def pointwise(x, w, b):
    rows = np.moveaxis(x, 1, -1)
    return np.moveaxis(dense(rows, w, b), -1, 1)
