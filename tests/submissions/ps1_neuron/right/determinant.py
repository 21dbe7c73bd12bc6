"""The line from a determinant, turned by looking at the inside."""


# %% line_through
def line_through(p, q, inside):
    (x1, y1), (x2, y2) = p, q
    w = np.array([y1 - y2, x2 - x1])
    b = x1 * y2 - x2 * y1
    if w @ inside + b < 0:
        w, b = -w, -b
    return [w / np.linalg.norm(w), b / np.linalg.norm(w)]
