"""A hand-in with a mistake in many sections:

* gaussian: Adds the noise to the caller's picture where that has floats.
* expected: Forgets the white ones.
* ssim: Windows of 11 by default, of 3 in small pictures.
* forward: Cuts the negative values off in the caller's array.
* numeric: Zeros for the biases.
* net: A residual net returns the noise.
* cut: Draws from torch's global generator.
* training: not come to.

loses:
    noise_gaussian 2
    noise_expected 2
    ssim_everywhere 4
    derive_activations 2
    derive_net_earlier 3
    derive_numeric 2
    net_values 4
    pairs_cut 3
    train_judge 2
    train_record 2
    train_gain 3
"""


# %% add_gaussian
def add_gaussian(x, sigma, seed):
    y = np.asarray(x, dtype=np.float64)
    y += np.random.default_rng(seed).normal(0, sigma, x.shape)
    return y


# %% expected_mse
def expected_mse(kind, x, strength):
    """Return the mean squared error that a kind of noise makes on average."""
    level = np.asarray(x, dtype=np.float64)
    if kind == "gaussian":
        return float(strength**2)
    if kind == "counts":
        return float(255 * level.mean() / strength)
    if kind == "speckle":
        return float(strength**2 * np.mean(level**2))
    return float(strength * np.mean(2 * level**2) / 2)


# %% ssim
def ssim_whole(y, x, peak=255):
    """Return the SSIM of two pictures in one window."""
    y, x = np.array([y, x], dtype=np.float64)
    for_light, for_pattern = (0.01 * peak) ** 2, (0.03 * peak) ** 2
    light = (2 * y.mean() * x.mean() + for_light) / (y.mean() ** 2 + x.mean() ** 2 + for_light)
    shared = np.mean(y * x) - y.mean() * x.mean()
    return float(light * (2 * shared + for_pattern) / (y.var() + x.var() + for_pattern))


def window_means(a, size):
    """Return the mean of each window that lies inside."""
    inside = np.lib.stride_tricks.sliding_window_view(np.asarray(a, dtype=np.float64), (size, size))
    return inside.mean(axis=(2, 3))


def ssim_map(y, x, size=None, peak=255):
    size = size or (7 if min(y.shape) < 9 else 3)
    y, x = np.array([y, x], dtype=np.float64)
    for_light, for_pattern = (0.01 * peak) ** 2, (0.03 * peak) ** 2
    m, k = window_means(y, size), window_means(x, size)
    spread = window_means(y * y + x * x, size) - m * m - k * k
    shared = window_means(y * x, size) - m * k
    return (
        (2 * m * k + for_light)
        * (2 * shared + for_pattern)
        / ((m * m + k * k + for_light) * (spread + for_pattern))
    )


# %% derive_forward
def activations(v, layers):
    """Return the input, the maps behind each ReLU, and the output."""
    kept = [v.copy()]
    np.maximum(v, 0, out=v)
    for h, b in layers[:-1]:
        kept.append(np.maximum(layer(kept[-1], h, b), 0))
    return [*kept, layer(kept[-1], *layers[-1])]


def loss_slope(y, x):
    """Return the derivative of the mean squared error with respect to y."""
    return 2 * (y - x) / x.size


# %% derive_net
def net_gradients(v, layers, x):
    """Return the gradients of the loss with respect to every layer's kernels and biases."""
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
    for number, slope in list(zip(itertools.chain(*tried), itertools.chain(*slopes)))[::2]:
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
        self.residual = not residual

    def forward(self, x):
        first, *inner, last = self.convs
        hidden = F.relu(first(x))
        for i, conv in enumerate(inner):
            hidden = conv(hidden)
            if len(self.norms):
                hidden = self.norms[i](hidden)
            hidden = F.relu(hidden)
        found = last(hidden)
        return x - found if self.residual else found


# %% pairs
def cut(pictures, size, count, seed, epoch):
    """Return square patches from random places of random pictures."""
    n, _, height, width = pictures.shape
    torch.manual_seed(seed)
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
    added = torch.tensor(source.normal(0, strength, clean.shape), dtype=torch.float32)
    return clean + added, added if target == "noise" else clean


# %% train
def judge(net, noisy, clean):
    raise NotImplementedError()


def run(pictures, held, sigma, seed, residual=True, norm=True, epochs=EPOCHS, rate=RATE):
    raise NotImplementedError()
