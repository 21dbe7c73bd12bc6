"""Measures from p by moving the caller's inside point.

loses:
    through_side 2
"""


# %% line_through
def line_through(p, q, inside):
    u, v = q - p
    w = np.array([-v, u]) / math.hypot(u, v)
    inside -= p
    w = w if w @ inside > 0 else -w
    return w, -w @ p
