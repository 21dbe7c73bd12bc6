"""Returns the weights as a list.

loses:
    gate_and 1
    gate_or 1
    gate_nand 1
    gate_margin 2
"""


# %% gate
def gate(name):
    return {"AND": ([1.0, 1.0], -1.5), "OR": ([1.0, 1.0], -0.5), "NAND": ([-1.0, -1.0], 1.5)}[name]
