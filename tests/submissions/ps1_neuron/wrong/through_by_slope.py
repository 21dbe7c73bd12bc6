"""y = m·x + c, which no vertical line has.

loses:
    through_points 3
"""


# %% line_through
def line_through(p, q, inside):
    m = (q[1] - p[1]) / (q[0] - p[0])
    w, b = np.array([-m, 1.0]), m * p[0] - p[1]
    length = math.hypot(*w) * (1 if w @ inside + b > 0 else -1)
    return w / length, b / length
