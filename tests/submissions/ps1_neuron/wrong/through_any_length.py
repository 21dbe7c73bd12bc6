"""w is not scaled to length 1.

loses:
    through_side 2
"""


# %% line_through
def line_through(p, q, inside):
    u, v = q - p
    w = np.array([-v, u])
    b = -(w @ p)
    return (w, b) if w @ inside + b > 0 else (-w, -b)
