"""Looks at one layer only.

loses:
    highway_bias 2
"""


# %% bias_for
def bias_for(carried, layers=1):
    """Return the gate bias with which this many highway layers carry this share of their input."""
    each = carried
    return math.log((1 - each) / each)
