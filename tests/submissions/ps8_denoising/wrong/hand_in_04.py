"""A hand-in with a mistake in many sections:

* counts: The same draws for all colours: one generator of its own for each, with the same seed.
* mse: Sums instead of averaging.
* map: Takes the covariance of the whole picture.
* kernel: The first image only.
* coder: Clips instead of the sigmoid.
* net: Without normalisation by default.
* pair: Always the clean picture.
* training: not come to.

loses:
    noise_counts 2
    psnr_mse 1
    psnr_values 1
    psnr_exact 2
    psnr_ways 2
    ssim_everywhere 4
    derive_kernel 4
    derive_net_last 2
    derive_net_earlier 3
    coder_values 3
    net_state 3
    pairs_noise 3
    train_judge 2
    train_record 2
    train_gain 3
"""


# %% add_counts
def add_counts(x, peak, seed):
    """Return the picture that counting photons gives, where a white pixel counts `peak` of them."""
    photons_per_level = peak / 255
    return np.array(
        [np.random.default_rng(seed).poisson(part * photons_per_level) / photons_per_level for part in x]
    )


# %% psnr
def mse_each(y, x):
    """Return the mean squared error of each picture."""
    gap = np.asarray(y, dtype=np.float64) - np.asarray(x, dtype=np.float64)
    return np.sum(gap**2, axis=(1, 2, 3))


def psnr_each(y, x, peak=255):
    """Return the PSNR of each picture in dB."""
    with np.errstate(divide="ignore"):
        return 10 * np.log10(peak**2 / mse_each(y, x))


def psnr_two_ways(y, x, peak=255):
    """Return the mean of the pictures' PSNR, and the PSNR of their mean squared error."""
    every, together = psnr_each(y, x, peak), mse_each(y, x).mean()
    return float(every.mean()), float(20 * np.log10(peak / together**0.5))


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


def ssim_map(y, x, size=7, peak=255):
    """Return the SSIM in each window that lies inside."""
    y, x = np.array([y, x], dtype=np.float64)
    for_light, for_pattern = (0.01 * peak) ** 2, (0.03 * peak) ** 2
    m, k = window_means(y, size), window_means(x, size)
    spread = window_means(y * y + x * x, size) - m * m - k * k
    shared = np.mean(y * x) - y.mean() * x.mean()
    return (
        (2 * m * k + for_light)
        * (2 * shared + for_pattern)
        / ((m * m + k * k + for_light) * (spread + for_pattern))
    )


# %% derive_layer
def layer_gradients(z, delta, radius):
    """Return dL/dh and dL/db of a layer from its input maps and from dL/da."""
    around = np.pad(z, ((0, 0), (0, 0), (radius, radius), (radius, radius)))
    met = np.lib.stride_tricks.sliding_window_view(around, delta.shape[2:], axis=(2, 3))
    backwards = np.einsum("ijmnrc,ikrc->jkmn", met[:1], delta[:1])
    return backwards[:, :, ::-1, ::-1], delta.sum(axis=(0, 2, 3))


def back_through(delta, h):
    """Return dL/dz, the gradient at the maps that went into a layer."""
    return layer(delta, h.swapaxes(0, 1)[:, :, ::-1, ::-1], np.zeros(len(h)))


# %% coder
class DigitCoder(nn.Module):
    """A convolutional autoencoder whose code is a quarter as high and as wide as the picture."""

    def __init__(self, maps=8, code_maps=4):
        super().__init__()
        self.squeeze_a = nn.Conv2d(1, maps, 3, padding=1)
        self.squeeze_b = nn.Conv2d(maps, code_maps, 3, padding=1)
        self.widen_a = nn.ConvTranspose2d(code_maps, maps, 2, stride=2)
        self.widen_b = nn.ConvTranspose2d(maps, 1, 2, stride=2)

    def encode(self, x):
        if x.shape[2] % 4 or x.shape[3] % 4:
            raise ValueError(f"height and width {tuple(x.shape[2:])}: both must be divisible by 4")
        halved = F.max_pool2d(F.relu(self.squeeze_a(x)), 2)
        return F.max_pool2d(F.relu(self.squeeze_b(halved)), 2)

    def decode(self, code):
        half_as_large = F.relu(self.widen_a(code))
        picture = self.widen_b(half_as_large)
        return picture.clamp(0, 1)

    def forward(self, x):
        squeezed = self.encode(x)
        return self.decode(squeezed)


def code_numbers(height, width, code_maps):
    """Return how many numbers the code of a picture has, and what that makes the autoencoder."""
    numbers, pixels = code_maps * (height // 4) * (width // 4), height * width
    kinds = ("under-complete", "exactly complete", "over-complete")
    return numbers, kinds[(numbers >= pixels) + (numbers > pixels)]


# %% noise_net
class NoiseNet(nn.Module):
    """DnCNN with and without residual learning and batch normalisation."""

    def __init__(self, depth, width, colours=1, norm=False, residual=True):
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
                hidden = self.norms[i](hidden)
            hidden = F.relu(hidden)
        found = last(hidden)
        return x - found if self.residual else found


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
    added = torch.tensor(source.normal(0, strength, clean.shape), dtype=torch.float32)
    return clean + added, clean


# %% train
def judge(net, noisy, clean):
    raise NotImplementedError()


def run(pictures, held, sigma, seed, residual=True, norm=True, epochs=EPOCHS, rate=RATE):
    raise NotImplementedError()
