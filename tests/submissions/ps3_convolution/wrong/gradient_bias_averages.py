"""Averages over the batch.

loses:
    gradient_bias 2
"""


# %% bias_gradient
def bias_gradient(delta):
    return delta.sum(axis=(2, 3)).mean(axis=0)
