"""Divides by 4, which is right for 2×2 windows.

loses:
    avg_values 2
    avg_gradient 2
"""


# %% pools
def max_pool2d(x, size, stride=None):
    stride = size if stride is None else stride
    _, _, height, width = x.shape
    rows, columns = output_size(height, size, stride=stride), output_size(width, size, stride=stride)
    y = -np.inf
    for u, v in np.ndindex(size, size):
        y = np.maximum(y, x[:, :, u : u + stride * rows : stride, v : v + stride * columns : stride])
    return y


def avg_pool2d(x, size, stride=None):
    stride = size if stride is None else stride
    batch, maps, height, width = x.shape
    rows, columns = output_size(height, size, stride=stride), output_size(width, size, stride=stride)
    y = np.zeros((batch, maps, rows, columns))
    for u, v in np.ndindex(size, size):
        y += x[:, :, u : u + stride * rows : stride, v : v + stride * columns : stride]
    return y / 4


# %% pool_gradients
def max_pool2d_gradient(delta, x, size, stride=None):
    stride = size if stride is None else stride
    dx = np.zeros(x.shape)
    for b, c, i, j in np.ndindex(delta.shape):
        top, left = i * stride, j * stride
        u, v = np.unravel_index(x[b, c, top : top + size, left : left + size].argmax(), (size, size))
        dx[b, c, top + u, left + v] += delta[b, c, i, j]
    return dx


def avg_pool2d_gradient(delta, input_size, size, stride=None):
    stride = size if stride is None else stride
    dx = np.zeros((*delta.shape[:2], *input_size))
    for i, j in np.ndindex(delta.shape[2:]):
        top, left = i * stride, j * stride
        dx[:, :, top : top + size, left : left + size] += delta[:, :, i : i + 1, j : j + 1] / 4
    return dx
