"""The course's Gaussian noise; training not come to.

loses:
    pairs_noise 3
    pairs_blind 2
    train_judge 2
    train_record 2
    train_gain 3
"""


# %% pairs
def cut(pictures, size, count, seed, epoch):
    """Return square patches from random places of random pictures."""
    n, _, height, width = pictures.shape
    corner = np.random.default_rng([seed, epoch]).integers(
        0, [n, height - size + 1, width - size + 1], size=(count, 3)
    )
    return torch.stack([pictures[i, :, r : r + size, q : q + size] for i, r, q in corner])


def noisy_pair(clean, sigma, seed, epoch, target="clean"):
    """Return noisy pictures and what a net should make of them."""
    if target not in ("clean", "noise"):
        raise ValueError(f"target {target!r} is not known: use 'clean' or 'noise'")
    source = np.random.default_rng([seed, epoch])
    low, high = sigma if isinstance(sigma, tuple) else (sigma, sigma)
    strength = source.uniform(low, high, (len(clean), 1, 1, 1)) / 255
    from course.data.noise import gaussian_noise

    draw = torch.Generator().manual_seed(1000 * seed + epoch)
    added = gaussian_noise(clean, torch.tensor(255 * strength), draw) - clean
    return clean + added, added if target == "noise" else clean


# %% train
def judge(net, noisy, clean):
    raise NotImplementedError()


def run(pictures, held, sigma, seed, residual=True, norm=True, epochs=EPOCHS, rate=RATE):
    raise NotImplementedError()
