"""Starts from zeros of the kind of the image: a gradient in uint8 has no fractions and no signs.

loses:
    gradient_weights 3
"""


# %% weight_gradient
def weight_gradient(delta, x, kernel_size, stride=1, padding=0, dilation=1):
    padded = pad2d(x, (padding,) * 4)
    rows, columns = delta.shape[2:]
    dw = np.zeros((delta.shape[1], x.shape[1], *kernel_size), dtype=x.dtype)
    for u, v in np.ndindex(*kernel_size):
        down, across = u * dilation, v * dilation
        seen = padded[:, :, down : down + stride * rows : stride, across : across + stride * columns : stride]
        dw[:, :, u, v] = np.einsum("bkij,bcij->kc", delta, seen)
    return dw
