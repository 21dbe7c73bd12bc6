"""SciPy's median filter; training not come to.

loses:
    filter_median 2
    train_judge 2
    train_record 2
    train_gain 3
"""


# %% filters
def mean_filter(x, radius):
    """Return the mean of the square around each pixel."""
    return window_means(np.pad(x, radius, mode="reflect"), 2 * radius + 1)


def median_filter(x, radius):
    """Return the median of the square around each pixel."""
    import scipy.ndimage

    return scipy.ndimage.median_filter(np.float64(x), 2 * radius + 1, mode="mirror")


# %% train
def judge(net, noisy, clean):
    raise NotImplementedError()


def run(pictures, held, sigma, seed, residual=True, norm=True, epochs=EPOCHS, rate=RATE):
    raise NotImplementedError()
