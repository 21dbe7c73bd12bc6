"""Returns (m, n, fh, fw).

loses:
    gradient_weights 3
    gradient_weights_settings 4
"""


# %% weight_gradient
def weight_gradient(delta, x, kernel_size, stride=1, padding=0, dilation=1):
    padded = pad2d(x, (padding,) * 4)
    rows, columns = delta.shape[2:]
    taps = []
    for u, v in np.ndindex(*kernel_size):
        down, across = u * dilation, v * dilation
        seen = padded[:, :, down : down + stride * rows : stride, across : across + stride * columns : stride]
        taps.append(np.einsum("bkij,bcij->ck", delta, seen))
    return np.stack(taps, axis=2).reshape(x.shape[1], delta.shape[1], *kernel_size)
