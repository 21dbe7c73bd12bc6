"""XOR with one hidden unit for each input that is 1, as integers, and a spare."""


# %% xor_net
def xor_net():
    return (
        (np.array([[2, -2], [-2, 2], [0, 0]]), np.array([-1, -1, -1])),
        (np.array([[1, 1, 5]]), np.array([0])),
    )


# %% gate
def gate(name):
    sign = -1 if name == "NAND" else 1
    return [sign * np.array([2, 2]), sign * (-1 if name == "OR" else -3)]
