"""scikit-image's noise; training not come to.

loses:
    noise_gaussian 2
    train_judge 2
    train_record 2
    train_gain 3
"""

# %% add_gaussian
import skimage.util


def add_gaussian(x, sigma, seed):
    scaled = np.asarray(x, dtype=np.float64) / 255
    return 255 * skimage.util.random_noise(scaled, "gaussian", rng=seed, clip=False, var=(sigma / 255) ** 2)


# %% train
def judge(net, noisy, clean):
    raise NotImplementedError()


def run(pictures, held, sigma, seed, residual=True, norm=True, epochs=EPOCHS, rate=RATE):
    raise NotImplementedError()
