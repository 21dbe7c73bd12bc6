"""scikit-image's SSIM; training not come to.

loses:
    ssim_one 2
    ssim_everywhere 4
    train_judge 2
    train_record 2
    train_gain 3
"""


# %% ssim
def ssim_whole(y, x, peak=255):
    return float(ssim_map(y, x, min(y.shape), peak).mean())


def window_means(a, size):
    inside = np.lib.stride_tricks.sliding_window_view(np.asarray(a, dtype=np.float64), (size, size))
    return inside.mean(axis=(2, 3))


def ssim_map(y, x, size=7, peak=255):
    import skimage.metrics

    settings = {"win_size": size, "data_range": peak, "use_sample_covariance": False, "full": True}
    full = skimage.metrics.structural_similarity(np.float64(y), np.float64(x), **settings)[1]
    edge = size // 2
    return full[edge : full.shape[0] - edge, edge : full.shape[1] - edge]


# %% train
def judge(net, noisy, clean):
    raise NotImplementedError()


def run(pictures, held, sigma, seed, residual=True, norm=True, epochs=EPOCHS, rate=RATE):
    raise NotImplementedError()
