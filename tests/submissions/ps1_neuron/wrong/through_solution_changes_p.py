"""Makes the caller's q the direction of the line.

loses:
    through_points 3
"""


# %% line_through
def line_through(p, q, inside):
    q -= p
    w = np.array([-q[1], q[0]]) / math.hypot(*q)
    w = w if w @ (inside - p) > 0 else -w
    return w, -w @ p
