"""Changes the sign of w for the right side, and leaves b.

loses:
    through_points 3
"""


# %% line_through
def line_through(p, q, inside):
    u, v = q - p
    w = np.array([-v, u]) / np.hypot(u, v)
    b = -(w @ p)
    return (w, b) if w @ inside + b > 0 else (-w, b)
