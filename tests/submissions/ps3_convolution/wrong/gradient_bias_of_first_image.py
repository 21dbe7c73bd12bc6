"""Sums over the positions of the first image.

loses:
    gradient_bias 2
"""


# %% bias_gradient
def bias_gradient(delta):
    return delta[0].sum(axis=(1, 2))
