"""Enlarges rows and columns by matrices."""


# %% nearest
def stretcher(n, factor, smooth):
    rows = np.zeros((n * factor, n))
    for i in range(n * factor):
        if not smooth:
            rows[i, i // factor] = 1
            continue
        at = (2 * i + 1) / (2 * factor) - 0.5
        for k in (math.floor(at), math.floor(at) + 1):
            rows[i, min(max(k, 0), n - 1)] += 1 - abs(at - k)
    return rows


def nearest(x, factor):
    h, w = x.shape[2:]
    return stretcher(h, factor, False) @ x @ stretcher(w, factor, False).T


def bilinear(x, factor):
    h, w = x.shape[2:]
    return stretcher(h, factor, True) @ x @ stretcher(w, factor, True).T


def unpool(y, places, size):
    n, c = y.shape[:2]
    out = np.zeros(n * c * size[0] * size[1])
    start = (np.arange(n * c) * size[0] * size[1]).reshape(n, c, 1, 1)
    out[(places + start).ravel()] = y.ravel()
    return out.reshape(n, c, *size)


# %% coverage
def coverage(shape, kernel_size, stride, padding=0):
    counts = np.zeros([(n - 1) * stride + kernel_size for n in shape], dtype=np.int32)
    for i in range(shape[0]):
        for j in range(shape[1]):
            counts[i * stride : i * stride + kernel_size, j * stride : j * stride + kernel_size] += 1
    return counts[padding : counts.shape[0] - padding, padding : counts.shape[1] - padding]


def inside(kernel_size, stride):
    few, more = divmod(kernel_size, stride)
    return [few**2, (few + bool(more)) ** 2]
