"""NOR instead of NAND.

loses:
    gate_nand 1
    xor 4
"""


# %% gate
def gate(name):
    w, b = {"AND": ([1.0, 1.0], -1.5), "OR": ([1.0, 1.0], -0.5), "NAND": ([-1.0, -1.0], 0.5)}[name]
    return np.array(w), b
