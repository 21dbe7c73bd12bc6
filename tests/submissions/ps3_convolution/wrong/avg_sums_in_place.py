"""Writes the running sums of a summed-area table over its argument.

loses:
    avg_values 2
"""


# %% pools
def max_pool2d(x, size, stride=None):
    stride = size if stride is None else stride
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size), axis=(2, 3))
    return windows[:, :, ::stride, ::stride].max(axis=(4, 5))


def avg_pool2d(x, size, stride=None):
    stride = size if stride is None else stride
    x = np.asarray(x, dtype=np.float64)
    np.cumsum(x, axis=2, out=x)
    np.cumsum(x, axis=3, out=x)
    total = np.zeros((*x.shape[:2], x.shape[2] + 1, x.shape[3] + 1))
    total[:, :, 1:, 1:] = x
    sums = (
        total[:, :, size:, size:]
        - total[:, :, :-size, size:]
        - total[:, :, size:, :-size]
        + total[:, :, :-size, :-size]
    )
    return sums[:, :, ::stride, ::stride] / size**2
