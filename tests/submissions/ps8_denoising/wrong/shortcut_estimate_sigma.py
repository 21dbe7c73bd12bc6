"""scikit-image's estimate; training not come to.

loses:
    train_judge 2
    train_record 2
    train_gain 3
    guess_values 2
"""


# %% train
def judge(net, noisy, clean):
    raise NotImplementedError()


def run(pictures, held, sigma, seed, residual=True, norm=True, epochs=EPOCHS, rate=RATE):
    raise NotImplementedError()


# %% guess
def guess_sigma(y):
    """Return the strength of Gaussian noise, estimated from one noisy picture."""
    import skimage.restoration

    return float(skimage.restoration.estimate_sigma(np.float64(y)))
    across = np.diff(np.asarray(y, dtype=np.float64), axis=1)
    return float(np.median(abs(np.diff(across, axis=0))) / 2 / 0.6745)
