"""The AND boundary runs closer to (1, 1) than it need.

loses:
    gate_margin 2
"""


# %% gate
def gate(name):
    w, b = {"AND": ([1.0, 1.0], -1.8), "OR": ([1.0, 1.0], -0.5), "NAND": ([-1.0, -1.0], 1.5)}[name]
    return np.array(w), b
