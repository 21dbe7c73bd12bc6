"""Holds a unit's weights in a column.

loses:
    xor 4
"""


# %% xor_net
def xor_net():
    return [
        (np.array([[1.0, -1.0], [1.0, -1.0]]), np.array([-0.5, 1.5])),
        (np.array([[1.0, 1.0]]), np.array([-1.5])),
    ]
