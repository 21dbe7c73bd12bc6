"""Results that are views: transposed, reversed, not contiguous."""


# %% stamp
def stamp(x, w, stride=1, padding=0, output_padding=0):
    h, b = x.shape[2:]
    tall, wide = w.shape[2:]
    y = np.zeros(
        (
            w.shape[1],
            len(x),
            (h - 1) * stride + tall + output_padding,
            (b - 1) * stride + wide + output_padding,
        )
    )
    for u in range(tall):
        for v in range(wide):
            y[:, :, u : u + (h - 1) * stride + 1 : stride, v : v + (b - 1) * stride + 1 : stride] += (
                np.einsum("nmij,mo->onij", x, w[:, :, u, v])
            )
    y = y.swapaxes(0, 1)
    return y[:, :, padding : y.shape[2] - padding, padding : y.shape[3] - padding]


# %% conv_matrix
def conv_matrix(shape, w, stride, padding):
    (h, b), (tall, wide) = shape, w.shape
    rows, columns = (h + 2 * padding - tall) // stride + 1, (b + 2 * padding - wide) // stride + 1
    A = np.zeros((h * b, rows * columns))
    for i, j, u, v in itertools.product(range(rows), range(columns), range(tall), range(wide)):
        row, column = i * stride + u - padding, j * stride + v - padding
        if 0 <= row < h and 0 <= column < b:
            A[row * b + column, i * columns + j] = w[u, v]
    return A.T


# %% as_correlation
def as_correlation(x, w, stride, padding, output_padding):
    between = np.kron(x, np.eye(1, stride * stride).reshape(stride, stride))
    between = between[: (len(x) - 1) * stride + 1, : (x.shape[1] - 1) * stride + 1]
    (t, l) = (f - 1 - padding for f in w.shape)
    return np.pad(between, [(t, t + output_padding), (l, l + output_padding)]), np.rot90(w, 2)
