"""AND and OR have changed places.

loses:
    gate_and 1
    gate_or 1
    xor 4
"""


# %% gate
def gate(name):
    w, b = {"AND": ([1.0, 1.0], -0.5), "OR": ([1.0, 1.0], -1.5), "NAND": ([-1.0, -1.0], 1.5)}[name]
    return np.array(w), b
