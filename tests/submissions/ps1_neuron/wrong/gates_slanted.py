"""OR with weights that differ: right, and narrow.

loses:
    gate_margin 2
"""


# %% gate
def gate(name):
    w, b = {"AND": ([1.0, 1.0], -1.5), "OR": ([2.0, 1.0], -0.5), "NAND": ([-1.0, -1.0], 1.5)}[name]
    return np.array(w), b
