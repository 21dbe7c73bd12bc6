"""Padded pictures and shifted slices; indices for the mirror."""


# %% ssim
def ssim_whole(y, x, peak=255):
    two = np.stack([np.ravel(y), np.ravel(x)]).astype(float)
    (m, k), (vm, vk) = two.mean(1), two.var(1)
    cov = two.prod(0).mean() - m * k
    a, b = (peak / 100) ** 2, (3 * peak / 100) ** 2
    return float((2 * m * k + a) * (2 * cov + b) / (m**2 + k**2 + a) / (vm + vk + b))


def window_means(a, size):
    sums = np.zeros((len(a) + 1, a.shape[1] + 1))
    sums[1:, 1:] = np.cumsum(np.cumsum(a, 0, dtype=float), 1)
    return (sums[size:, size:] - sums[:-size, size:] - sums[size:, :-size] + sums[:-size, :-size]) / size**2


def ssim_map(y, x, size=7, peak=255):
    y, x = np.asarray(y, float), np.asarray(x, float)
    a, b = (peak / 100) ** 2, (3 * peak / 100) ** 2
    m, k = (window_means(part, size) for part in (y, x))
    vm = window_means(y**2, size) - m**2
    vk = window_means(x**2, size) - k**2
    cov = window_means(x * y, size) - k * m
    return (2 * m * k + a) / (m**2 + k**2 + a) * (2 * cov + b) / (vm + vk + b)


# %% filters
def mirror(x, radius):
    for axis in (0, 1):
        n = x.shape[axis]
        places = np.abs(np.arange(-radius, n + radius))
        x = np.take(x, np.minimum(places, 2 * (n - 1) - places), axis)
    return x


def stacked(x, radius):
    wide = mirror(x, radius).astype(np.float64)
    span = range(2 * radius + 1)
    return np.stack([wide[i : i + x.shape[0], j : j + x.shape[1]] for i in span for j in span])


def mean_filter(x, radius):
    return stacked(x, radius).mean(axis=0)


def median_filter(x, radius):
    return np.sort(stacked(x, radius), axis=0)[(2 * radius + 1) ** 2 // 2]


# %% learnt_value
def learnt_value(targets, counts, loss):
    everything = sorted(float(t) for t, n in zip(targets, counts) for _ in range(int(n)))
    if loss == "MAE":
        return everything[(len(everything) - 1) // 2]
    return math.fsum(everything) / len(everything)


# %% derive_layer
def layer_gradients(z, delta, radius):
    rows, columns = z.shape[2:]
    wide = np.pad(z, [(0, 0), (0, 0), (radius, radius), (radius, radius)])
    span = range(2 * radius, -1, -1)
    dh = [
        [np.tensordot(wide[:, :, i : i + rows, j : j + columns], delta, ([0, 2, 3], [0, 2, 3])) for j in span]
        for i in span
    ]
    return np.moveaxis(np.array(dh), (0, 1), (2, 3)), np.einsum("bkrc->k", delta)


def back_through(delta, h):
    rows, columns, radius = *delta.shape[2:], h.shape[2] // 2
    wide = np.pad(delta, [(0, 0), (0, 0), (radius, radius), (radius, radius)])
    dz = 0
    for i in range(2 * radius + 1):
        for j in range(2 * radius + 1):
            dz = dz + np.einsum("bkrc,jk->bjrc", wide[:, :, i : i + rows, j : j + columns], h[:, :, i, j])
    return dz
