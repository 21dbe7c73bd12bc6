"""SciPy's convolution for the windows; training not come to.

loses:
    ssim_windows 2
    ssim_everywhere 4
    filter_mean 2
    train_judge 2
    train_record 2
    train_gain 3
"""


# %% ssim
def ssim_whole(y, x, peak=255):
    """Return the SSIM of two pictures in one window."""
    y, x = np.array([y, x], dtype=np.float64)
    for_light, for_pattern = (0.01 * peak) ** 2, (0.03 * peak) ** 2
    light = (2 * y.mean() * x.mean() + for_light) / (y.mean() ** 2 + x.mean() ** 2 + for_light)
    shared = np.mean(y * x) - y.mean() * x.mean()
    return float(light * (2 * shared + for_pattern) / (y.var() + x.var() + for_pattern))


def window_means(a, size):
    """Return the mean of each window that lies inside."""
    import scipy.signal

    return scipy.signal.convolve2d(np.float64(a), np.ones((size, size)) / size**2, mode="valid")


def ssim_map(y, x, size=7, peak=255):
    """Return the SSIM in each window that lies inside."""
    y, x = np.array([y, x], dtype=np.float64)
    for_light, for_pattern = (0.01 * peak) ** 2, (0.03 * peak) ** 2
    m, k = window_means(y, size), window_means(x, size)
    spread = window_means(y * y + x * x, size) - m * m - k * k
    shared = window_means(y * x, size) - m * k
    return (
        (2 * m * k + for_light)
        * (2 * shared + for_pattern)
        / ((m * m + k * k + for_light) * (spread + for_pattern))
    )


# %% train
def judge(net, noisy, clean):
    raise NotImplementedError()


def run(pictures, held, sigma, seed, residual=True, norm=True, epochs=EPOCHS, rate=RATE):
    raise NotImplementedError()
