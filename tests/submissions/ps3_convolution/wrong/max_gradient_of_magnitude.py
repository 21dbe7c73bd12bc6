"""Sends the gradient to the largest magnitude.

loses:
    max_gradient 3
    max_gradient_overlap 2
"""


# %% pool_gradients
def max_pool2d_gradient(delta, x, size, stride=None):
    stride = size if stride is None else stride
    dx = np.zeros(x.shape)
    for b, c, i, j in np.ndindex(delta.shape):
        top, left = i * stride, j * stride
        u, v = np.unravel_index(np.abs(x[b, c, top : top + size, left : left + size]).argmax(), (size, size))
        dx[b, c, top + u, left + v] += delta[b, c, i, j]
    return dx


def avg_pool2d_gradient(delta, input_size, size, stride=None):
    stride = size if stride is None else stride
    dx = np.zeros((*delta.shape[:2], *input_size))
    for i, j in np.ndindex(delta.shape[2:]):
        top, left = i * stride, j * stride
        dx[:, :, top : top + size, left : left + size] += delta[:, :, i : i + 1, j : j + 1] / size**2
    return dx
