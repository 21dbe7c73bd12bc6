"""Takes b = -1 before it scales: no line through the origin can be had so.

loses:
    through_points 3
"""


# %% line_through
def line_through(p, q, inside):
    w = np.linalg.solve(np.array([p, q]), np.ones(2))
    length = math.hypot(*w) * (1 if w @ inside > 1 else -1)
    return w / length, -1 / length
