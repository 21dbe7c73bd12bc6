"""Forgets the norms.

loses:
    dense_count 2
"""


# %% dense_parameters
def dense_parameters(in_channels, growth, layers):
    """Return how many numbers a dense block learns."""
    read = layers * in_channels + growth * (layers * (layers - 1) // 2)
    return (9 * growth) * read
