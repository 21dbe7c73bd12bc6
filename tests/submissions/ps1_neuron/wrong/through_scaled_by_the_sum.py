"""Scales w by the sum of its entries' sizes, right for level lines only.

loses:
    through_side 2
"""


# %% line_through
def line_through(p, q, inside):
    u, v = q - p
    w = np.array([-v, u]) / (abs(u) + abs(v))
    b = -(w @ p)
    return (w, b) if w @ inside + b > 0 else (-w, -b)
