"""Takes the values out of the caller's image.

loses:
    pad_constant 2
"""


# %% pad2d
def pad2d(x, padding, mode="constant", value=0):
    top, bottom, left, right = padding
    height, width = x.shape[-2:]
    if mode == "constant":
        padded = np.full(
            (*x.shape[:-2], top + height + bottom, left + width + right), value, dtype=np.float64
        )
        padded[..., top : top + height, left : left + width] = x
        x[...] = 0
        return padded
    rows = [source_index(i, height, mode) for i in range(-top, height + bottom)]
    columns = [source_index(j, width, mode) for j in range(-left, width + right)]
    return x[..., rows, :][..., columns]


# %% conv2d
def conv2d(x, w, b=None, stride=1, padding=0, dilation=1):
    (batch, _, height, width), (maps, _, fh, fw) = x.shape, w.shape
    padded = pad2d(x.copy(), (padding,) * 4)
    rows = output_size(height, fh, padding, stride, dilation)
    columns = output_size(width, fw, padding, stride, dilation)
    y = np.zeros((batch, maps, rows, columns))
    for u, v in np.ndindex(fh, fw):
        down, across = u * dilation, v * dilation
        seen = padded[:, :, down : down + stride * rows : stride, across : across + stride * columns : stride]
        y += np.einsum("bcij,kc->bkij", seen, w[:, :, u, v])
    return y if b is None else y + b[:, None, None]


# %% weight_gradient
def weight_gradient(delta, x, kernel_size, stride=1, padding=0, dilation=1):
    padded = pad2d(x.copy(), (padding,) * 4)
    rows, columns = delta.shape[2:]
    taps = []
    for u, v in np.ndindex(*kernel_size):
        down, across = u * dilation, v * dilation
        seen = padded[:, :, down : down + stride * rows : stride, across : across + stride * columns : stride]
        taps.append(np.einsum("bkij,bcij->kc", delta, seen))
    return np.stack(taps, axis=2).reshape(delta.shape[1], x.shape[1], *kernel_size)
