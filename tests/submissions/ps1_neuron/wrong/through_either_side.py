"""Does not look at which side is inside.

loses:
    through_side 2
"""


# %% line_through
def line_through(p, q, inside):
    u, v = q - p
    w = np.array([-v, u]) / np.hypot(u, v)
    return w, -(w @ p)
