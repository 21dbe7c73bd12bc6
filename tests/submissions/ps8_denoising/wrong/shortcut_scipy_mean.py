"""SciPy's mean filter; training not come to.

loses:
    filter_mean 2
    train_judge 2
    train_record 2
    train_gain 3
"""


# %% filters
def mean_filter(x, radius):
    """Return the mean of the square around each pixel."""
    import scipy.ndimage

    return scipy.ndimage.uniform_filter(np.float64(x), 2 * radius + 1, mode="mirror")


def median_filter(x, radius):
    """Return the median of the square around each pixel."""
    wide, edge = np.pad(x, radius, mode="reflect"), 2 * radius + 1
    return np.median(np.lib.stride_tricks.sliding_window_view(wide, (edge, edge)), axis=(2, 3))


# %% train
def judge(net, noisy, clean):
    raise NotImplementedError()


def run(pictures, held, sigma, seed, residual=True, norm=True, epochs=EPOCHS, rate=RATE):
    raise NotImplementedError()
