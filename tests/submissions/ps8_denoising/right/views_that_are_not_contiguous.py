"""Results that are views, transposed or turned round."""


# %% add_speckle
def add_speckle(x, sigma, seed):
    noise = np.random.default_rng(seed).normal(0, sigma, x.shape[::-1]).T
    return (x.T * (1 + noise.T)).T


# %% ssim
def ssim_whole(y, x, peak=255):
    return float(ssim_map(y.reshape(1, -1), x.reshape(1, -1), None, peak)[0, 0])


def window_means(a, size):
    rows, columns = (size, size) if size else a.shape
    view = np.lib.stride_tricks.sliding_window_view(np.asarray(a.T, dtype=np.float64), (columns, rows))
    return view.mean((-1, -2)).T


def ssim_map(y, x, size=7, peak=255):
    y, x = y.astype(np.float64), x.astype(np.float64)
    a, b = (0.01 * peak) ** 2, (0.03 * peak) ** 2
    one, two = window_means(y, size), window_means(x, size)
    squares, product = window_means(y * y + x * x, size), window_means(y * x, size)
    light = (2 * one * two + a) / (one**2 + two**2 + a)
    return light * (2 * (product - one * two) + b) / (squares - one**2 - two**2 + b)


# %% derive_layer
def layer_gradients(z, delta, radius):
    # the gradient of a kernel is a correlation of the maps with delta: images and maps change places
    edge = 2 * radius + 1
    wide = np.pad(z, ((0, 0), (0, 0), (radius, radius), (radius, radius))).swapaxes(0, 1)
    found = F.conv2d(torch.tensor(wide), torch.tensor(delta).transpose(0, 1))
    assert found.shape[2:] == (edge, edge)
    return found.numpy()[:, :, ::-1, ::-1], np.add.reduce(delta, axis=(0, 2, 3))


def back_through(delta, h):
    kernels = torch.tensor(h.swapaxes(0, 1)[:, :, ::-1, ::-1].copy())
    return F.conv_transpose2d(torch.tensor(delta), kernels, padding=h.shape[2] // 2).numpy()
