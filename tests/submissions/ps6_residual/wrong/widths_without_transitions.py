"""Forgets the transitions.

loses:
    dense_channels 1
"""


# %% dense_widths
def dense_widths(stem, growth, blocks, keep=0.5):
    """Return the number of maps at the end of each dense block."""
    ends, maps = [], stem
    for layers in blocks:
        maps = maps + growth * layers
        ends.append(maps)
    return ends
