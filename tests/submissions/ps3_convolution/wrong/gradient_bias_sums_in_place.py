"""Sums the rows in place, over its argument.

loses:
    gradient_bias 2
"""


# %% bias_gradient
def bias_gradient(delta):
    np.cumsum(delta, axis=3, out=delta)  # the last column holds the sums of the rows
    return delta[..., -1].sum(axis=(0, 2))
