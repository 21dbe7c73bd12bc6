"""Gates scaled by two, and an XOR from other hidden units, three of them."""


# %% gate
def gate(name):
    w, b = {"AND": ([2.0, 2.0], -3.0), "OR": ([2, 2], -1), "NAND": ([-10.0, -10.0], 15.0)}[name]
    return np.array(w), b


# %% xor_net
def xor_net():
    W1 = np.array([[1, -1], [-1, 1], [1, 1]])  # x1 and not x2, x2 and not x1, and one that is not used
    return (W1, np.array([-0.5, -0.5, 0.0])), (np.array([[1.0, 1.0, 0.0]]), np.array([-0.5]))
