"""AND runs exactly through (0, 1) and (1, 0): right, as step(0) is 0, with no margin at all.

loses:
    gate_margin 2
"""


# %% gate
def gate(name):
    w, b = {"AND": ([1.0, 1.0], -1.0), "OR": ([1.0, 1.0], -0.5), "NAND": ([-1.0, -1.0], 1.5)}[name]
    return np.array(w), b
