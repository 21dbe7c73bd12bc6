"""Adds in place, into the caller's array.

loses:
    paths_forward 2
"""


# %% residual_forward
def residual_forward(x, layers):
    """Return the output of a stack of layers y = x + V tanh(U x), one sample per row."""
    y = x
    for U, V in layers:
        y += np.tanh(y @ U.T) @ V.T
    return y
