"""The last of several equal values wins.

loses:
    max_gradient_ties 2
"""


# %% pool_gradients
def max_pool2d_gradient(delta, x, size, stride=None):
    stride = size if stride is None else stride
    dx = np.zeros(x.shape)
    for b, c, i, j in np.ndindex(delta.shape):
        top, left = i * stride, j * stride
        window = x[b, c, top : top + size, left : left + size]
        u, v = np.argwhere(window == window.max())[-1]
        dx[b, c, top + u, left + v] += delta[b, c, i, j]
    return dx


def avg_pool2d_gradient(delta, input_size, size, stride=None):
    stride = size if stride is None else stride
    dx = np.zeros((*delta.shape[:2], *input_size))
    for i, j in np.ndindex(delta.shape[2:]):
        top, left = i * stride, j * stride
        dx[:, :, top : top + size, left : left + size] += delta[:, :, i : i + 1, j : j + 1] / size**2
    return dx
