"""Flattens delta by setting the shape of its argument.

loses:
    gradient_weights 3
"""


# %% weight_gradient
def weight_gradient(delta, x, kernel_size, stride=1, padding=0, dilation=1):
    padded = pad2d(x, (padding,) * 4)
    batch, maps, rows, columns = delta.shape
    delta.shape = batch, maps, rows * columns
    dw = np.zeros((maps, x.shape[1], *kernel_size))
    for u, v in np.ndindex(*kernel_size):
        down, across = u * dilation, v * dilation
        seen = padded[:, :, down : down + stride * rows : stride, across : across + stride * columns : stride]
        dw[:, :, u, v] = np.einsum("bki,bci->kc", delta, seen.reshape(batch, -1, rows * columns))
    return dw
