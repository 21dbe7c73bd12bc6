"""Adds up in the dtype of the image, and the sums run over.

loses:
    avg_values 2
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
    y = np.zeros((batch, maps, rows, columns), dtype=x.dtype)
    for u, v in np.ndindex(size, size):
        y += x[:, :, u : u + stride * rows : stride, v : v + stride * columns : stride]
    return y / size**2
