"""scikit-image's PSNR; training not come to.

loses:
    psnr_values 1
    psnr_exact 2
    psnr_ways 2
    train_judge 2
    train_record 2
    train_gain 3
"""


# %% psnr
def mse_each(y, x):
    """Return the mean squared error of each picture."""
    gap = np.asarray(y, dtype=np.float64) - np.asarray(x, dtype=np.float64)
    return np.mean(gap**2, axis=(1, 2, 3))


def psnr_each(y, x, peak=255):
    """Return the PSNR of each picture in dB."""
    import skimage.metrics

    return np.array([skimage.metrics.peak_signal_noise_ratio(b, a, data_range=peak) for a, b in zip(y, x)])


def psnr_two_ways(y, x, peak=255):
    """Return the mean of the pictures' PSNR, and the PSNR of their mean squared error."""
    every, together = psnr_each(y, x, peak), mse_each(y, x).mean()
    return float(every.mean()), float(20 * np.log10(peak / together**0.5))


# %% train
def judge(net, noisy, clean):
    raise NotImplementedError()


def run(pictures, held, sigma, seed, residual=True, norm=True, epochs=EPOCHS, rate=RATE):
    raise NotImplementedError()
