"""The course's model of counting noise; training not come to.

loses:
    noise_counts 2
    train_judge 2
    train_record 2
    train_gain 3
"""

# %% add_counts
from course.data.noise_models import PoissonNoise


def add_counts(x, peak, seed):
    scaled = torch.tensor(np.asarray(x, dtype=np.float64) / 255)[None]
    return 255 * PoissonNoise(peak)(scaled, None, torch.Generator().manual_seed(seed))[0][0].numpy()


# %% train
def judge(net, noisy, clean):
    raise NotImplementedError()


def run(pictures, held, sigma, seed, residual=True, norm=True, epochs=EPOCHS, rate=RATE):
    raise NotImplementedError()
