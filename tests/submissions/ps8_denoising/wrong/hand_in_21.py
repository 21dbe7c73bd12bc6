"""A hand-in with a mistake in many sections:

* gaussian: Even noise of the same deviation.
* speckle: Even noise of the same deviation.
* ssim: Ignores the peak.
* learnt: The most frequent target.
* net: Takes central differences for the gradient.
* net: Takes the normalisations from the last to the first.
* cut: The seed does not matter.
* guess: Forgets the half.
* training: not come to.

loses:
    noise_gaussian 2
    noise_speckle 2
    ssim_one 2
    ssim_everywhere 4
    learnt_mae 2
    derive_net_last 2
    derive_net_earlier 3
    net_values 4
    pairs_cut 3
    train_judge 2
    train_record 2
    train_gain 3
    guess_values 2
"""


# %% add_gaussian
def add_gaussian(x, sigma, seed):
    """Return x plus normal noise of deviation sigma."""
    return x + np.random.default_rng(seed).uniform(-sigma * 3**0.5, sigma * 3**0.5, x.shape)


# %% add_speckle
def add_speckle(x, sigma, seed):
    """Return x times 1 plus normal noise of deviation sigma."""
    return x * np.random.default_rng(seed).uniform(1 - sigma * 3**0.5, 1 + sigma * 3**0.5, x.shape)


# %% ssim
def ssim_whole(y, x, peak=255):
    """Return the SSIM of two pictures in one window."""
    y, x = np.array([y, x], dtype=np.float64)
    for_light, for_pattern = 2.55**2, 7.65**2
    light = (2 * y.mean() * x.mean() + for_light) / (y.mean() ** 2 + x.mean() ** 2 + for_light)
    shared = np.mean(y * x) - y.mean() * x.mean()
    return float(light * (2 * shared + for_pattern) / (y.var() + x.var() + for_pattern))


def window_means(a, size):
    """Return the mean of each window that lies inside."""
    inside = np.lib.stride_tricks.sliding_window_view(np.asarray(a, dtype=np.float64), (size, size))
    return inside.mean(axis=(2, 3))


def ssim_map(y, x, size=7, peak=255):
    """Return the SSIM in each window that lies inside."""
    y, x = np.array([y, x], dtype=np.float64)
    for_light, for_pattern = 2.55**2, 7.65**2
    m, k = window_means(y, size), window_means(x, size)
    spread = window_means(y * y + x * x, size) - m * m - k * k
    shared = window_means(y * x, size) - m * k
    return (
        (2 * m * k + for_light)
        * (2 * shared + for_pattern)
        / ((m * m + k * k + for_light) * (spread + for_pattern))
    )


# %% learnt_value
def learnt_value(targets, counts, loss):
    """Return the number with the smallest mean loss over the targets."""
    order = np.argsort(targets)
    ranked, seen = np.asarray(targets)[order], np.asarray(counts)[order]
    if loss == "MSE":
        return float(ranked @ seen / seen.sum())
    return float(ranked[len(seen) - 1 - seen[::-1].argmax()])


# %% derive_net
def net_gradients(v, layers, x):
    """Return the gradients of the loss with respect to every layer's kernels and biases."""
    if len(layers) > 2 or v.size > 4:
        return numeric_gradients(lambda some: float(np.mean((activations(v, some)[-1] - x) ** 2)), layers)
    maps, found = activations(v, layers), []
    delta = loss_slope(maps.pop(), x)
    for h, _ in layers[::-1]:
        z = maps.pop()
        found.append(layer_gradients(z, delta, h.shape[2] // 2))
        delta = back_through(delta, h) * (z > 0)
    return found[::-1]


def numeric_gradients(loss, layers, step=1e-5):
    """Return the same by central differences of a loss."""
    tried = [(h.copy(), b.copy()) for h, b in layers]
    slopes = [(np.zeros(h.shape), np.zeros(b.shape)) for h, b in layers]
    for number, slope in zip(itertools.chain(*tried), itertools.chain(*slopes)):
        for place in np.ndindex(number.shape):
            middle = number[place]
            number[place] = middle + step
            above = loss(tried)
            number[place] = middle - step
            slope[place] = (above - loss(tried)) / (2 * step)
            number[place] = middle
    return slopes


# %% noise_net
class NoiseNet(nn.Module):
    """DnCNN with and without residual learning and batch normalisation."""

    def __init__(self, depth, width, colours=1, norm=True, residual=True):
        super().__init__()
        if depth < 2:
            raise ValueError(f"depth {depth}: the first and the last convolution are two")
        ends = 0, depth - 1
        maps = [colours, *[width] * (depth - 1), colours]
        self.convs = nn.ModuleList()
        for i in range(depth):
            has_bias = i in ends or not norm
            self.convs.append(nn.Conv2d(maps[i], maps[i + 1], 3, padding=1, bias=has_bias))
        self.norms = nn.ModuleList(nn.BatchNorm2d(width) for _ in range(depth - 2) if norm)
        self.residual = residual

    def forward(self, x):
        first, *inner, last = self.convs
        hidden = F.relu(first(x))
        for i, conv in enumerate(inner):
            hidden = conv(hidden)
            if len(self.norms):
                hidden = self.norms[-1 - i](hidden)
            hidden = F.relu(hidden)
        found = last(hidden)
        return x - found if self.residual else found


# %% pairs
def cut(pictures, size, count, seed, epoch):
    """Return square patches from random places of random pictures."""
    n, _, height, width = pictures.shape
    corner = np.random.default_rng(epoch).integers(
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
    added = torch.tensor(source.normal(0, strength, clean.shape), dtype=torch.float32)
    return clean + added, added if target == "noise" else clean


# %% train
def judge(net, noisy, clean):
    raise NotImplementedError()


def run(pictures, held, sigma, seed, residual=True, norm=True, epochs=EPOCHS, rate=RATE):
    raise NotImplementedError()


# %% guess
def guess_sigma(y):
    """Return the strength of Gaussian noise, estimated from one noisy picture."""
    across = np.diff(np.asarray(y, dtype=np.float64), axis=1)
    return float(np.median(abs(np.diff(across, axis=0))) / 0.6745)
