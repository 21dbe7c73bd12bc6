"""Other ways to draw: Philox, SeedSequence, choice, standard normals, torch's own generators."""


# %% add_gaussian
def add_gaussian(x, sigma, seed):
    draw = np.random.Generator(np.random.Philox(seed))
    return np.asarray(x, dtype=float) + sigma * draw.standard_normal(np.shape(x))


# %% add_counts
def add_counts(x, peak, seed):
    rate = np.asarray(x, dtype=float) * peak / 255
    return 255 * np.random.RandomState(seed).poisson(rate).astype(float) / peak


# %% add_impulses
def add_impulses(x, share, seed):
    draw = np.random.Generator(np.random.PCG64(seed))
    case = draw.choice(3, x.shape[1:], p=[1 - share, share / 2, share / 2])
    return np.select([case[None] == 1, case[None] == 2], [0.0, 255.0], x.astype(float))


# %% add_speckle
def add_speckle(x, sigma, seed):
    own = torch.Generator().manual_seed(seed)
    n = torch.randn(x.shape, generator=own, dtype=torch.float64).numpy()
    return x + x * sigma * n


# %% pairs
def cut(pictures, size, count, seed, epoch):
    own = torch.Generator().manual_seed(hash((seed, epoch)) % 2**40)
    n, _, height, width = pictures.shape
    which = torch.randint(n, (count,), generator=own)
    top = torch.randint(height - size + 1, (count, 1, 1), generator=own) + torch.arange(size)[:, None]
    left = torch.randint(width - size + 1, (count, 1, 1), generator=own) + torch.arange(size)
    return pictures[which[:, None, None], :, top, left].permute(0, 3, 1, 2)


def noisy_pair(clean, sigma, seed, epoch, target="clean"):
    if target != "clean" and target != "noise":
        raise ValueError(target)
    own = torch.Generator().manual_seed(hash((epoch, seed)) % 2**40)
    low, high = sigma if type(sigma) is tuple else (sigma, sigma)
    strength = low + (high - low) * torch.rand(len(clean), 1, 1, 1, generator=own)
    noise = torch.randn(clean.shape, generator=own) * (strength / 255)
    return clean + noise, {"clean": clean, "noise": noise}[target]
