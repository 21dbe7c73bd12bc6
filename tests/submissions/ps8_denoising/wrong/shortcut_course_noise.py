"""The course's noise; training not come to.

loses:
    noise_impulses 2
    noise_impulse_colours 1
    train_judge 2
    train_record 2
    train_gain 3
"""

# %% add_impulses
import course.data.noise


def add_impulses(x, share, seed):
    scaled = torch.tensor(np.asarray(x, dtype=np.float64) / 255)
    draw = torch.Generator().manual_seed(seed)
    return 255 * course.data.noise.salt_and_pepper(scaled, share, draw).numpy()


# %% train
def judge(net, noisy, clean):
    raise NotImplementedError()


def run(pictures, held, sigma, seed, residual=True, norm=True, epochs=EPOCHS, rate=RATE):
    raise NotImplementedError()
