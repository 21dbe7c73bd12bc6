"""The transposed convolution as an ordinary one of the stuffed picture; the matrix from unit pictures."""


# %% stamp
def stamp(x, w, stride=1, padding=0, output_padding=0):
    _, n, tall, wide = w.shape
    h, b = [(k - 1) * stride + 1 for k in x.shape[2:]]
    stuffed = np.zeros((*x.shape[:2], h + 2 * tall - 2 + output_padding, b + 2 * wide - 2 + output_padding))
    stuffed[:, :, tall - 1 : tall - 1 + h : stride, wide - 1 : wide - 1 + b : stride] = x
    windows = np.lib.stride_tricks.sliding_window_view(stuffed, (tall, wide), axis=(2, 3))
    y = np.einsum("nmhwuv,mouv->nohw", windows, w[:, :, ::-1, ::-1])
    return y[:, :, padding : y.shape[2] - padding, padding : y.shape[3] - padding]


# %% conv_matrix
def conv_matrix(shape, w, stride, padding):
    columns = []
    for k in range(shape[0] * shape[1]):
        unit = np.zeros(shape[0] * shape[1])
        unit[k] = 1
        wide = np.pad(unit.reshape(shape), padding)
        windows = np.lib.stride_tricks.sliding_window_view(wide, w.shape)[::stride, ::stride]
        columns.append((windows * w).sum(axis=(2, 3)).ravel())
    return np.stack(columns, axis=1)


# %% coverage
def coverage(shape, kernel_size, stride, padding=0):
    ones = stamp(np.ones((1, 1, *shape)), np.ones((1, 1, kernel_size, kernel_size)), stride, padding)
    return np.rint(ones[0, 0]).astype(np.int64)


def inside(kernel_size, stride):
    line = [sum(1 for k in range(-40, 41) if 0 <= i - k * stride < kernel_size) for i in range(stride)]
    return min(line) ** 2, max(line) ** 2
