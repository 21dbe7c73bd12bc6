"""All weights 0: every point is on that boundary.

loses:
    through_points 3
    through_side 2
"""


# %% line_through
def line_through(p, q, inside):
    return np.zeros(2), 0.0
