"""Always fills in zeros.

loses:
    pad_constant 2
"""


# %% pad2d
def pad2d(x, padding, mode="constant", value=0):
    top, bottom, left, right = padding
    height, width = x.shape[-2:]
    if mode == "constant":
        padded = np.full((*x.shape[:-2], top + height + bottom, left + width + right), 0, dtype=np.float64)
        padded[..., top : top + height, left : left + width] = x
        return padded
    rows = [source_index(i, height, mode) for i in range(-top, height + bottom)]
    columns = [source_index(j, width, mode) for j in range(-left, width + right)]
    return x[..., rows, :][..., columns]
