"""A hand-in with a mistake in many sections:

* impulses: Keeps bytes bytes.
* ways: Peak 1 by default in the third function.
* median: Looks along row and column only.
* back: The first output map only.
* code: Forgets that height and width are a quarter.
* sizes: The three in another order.
* blind: Takes the middle of the range.
* training: not come to.

loses:
    noise_impulses 2
    noise_impulse_colours 1
    psnr_exact 2
    psnr_ways 2
    filter_median 2
    derive_back 4
    derive_net_earlier 3
    coder_numbers 1
    net_sizes 3
    pairs_blind 2
    train_judge 2
    train_record 2
    train_gain 3
"""


# %% add_impulses
def add_impulses(x, share, seed):
    """Return a copy in which a share of the pixels is black or white."""
    struck = np.random.default_rng(seed).random(x.shape[-2:])
    y = np.array(x)
    y[..., struck < share] = 255
    y[..., struck < share / 2] = 0
    return y


# %% psnr
def mse_each(y, x):
    """Return the mean squared error of each picture."""
    gap = np.asarray(y, dtype=np.float64) - np.asarray(x, dtype=np.float64)
    return np.mean(gap**2, axis=(1, 2, 3))


def psnr_each(y, x, peak=255):
    """Return the PSNR of each picture in dB."""
    with np.errstate(divide="ignore"):
        return 10 * np.log10(peak**2 / mse_each(y, x))


def psnr_two_ways(y, x, peak=1):
    """Return the mean of the pictures' PSNR, and the PSNR of their mean squared error."""
    every, together = psnr_each(y, x, peak), mse_each(y, x).mean()
    return float(every.mean()), float(20 * np.log10(peak / together**0.5))


# %% filters
def mean_filter(x, radius):
    """Return the mean of the square around each pixel."""
    return window_means(np.pad(x, radius, mode="reflect"), 2 * radius + 1)


def median_filter(x, radius):
    """Return the median of the square around each pixel."""
    wide, edge = np.pad(x, radius, mode="reflect"), 2 * radius + 1
    views = np.lib.stride_tricks.sliding_window_view(wide, (edge, edge))
    both = np.concatenate([views[:, :, radius], np.delete(views[:, :, :, radius], radius, 2)], 2)
    return np.median(both, axis=2)


# %% derive_layer
def layer_gradients(z, delta, radius):
    """Return dL/dh and dL/db of a layer from its input maps and from dL/da."""
    around = np.pad(z, ((0, 0), (0, 0), (radius, radius), (radius, radius)))
    met = np.lib.stride_tricks.sliding_window_view(around, delta.shape[2:], axis=(2, 3))
    backwards = np.einsum("ijmnrc,ikrc->jkmn", met, delta)
    return backwards[:, :, ::-1, ::-1], delta.sum(axis=(0, 2, 3))


def back_through(delta, h):
    """Return dL/dz, the gradient at the maps that went into a layer."""
    return layer(delta[:, :1], h[:, :1].swapaxes(0, 1)[:, :, ::-1, ::-1], np.zeros(len(h)))


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
        return torch.sigmoid(picture)

    def forward(self, x):
        squeezed = self.encode(x)
        return self.decode(squeezed)


def code_numbers(height, width, code_maps):
    """Return how many numbers the code of a picture has, and what that makes the autoencoder."""
    numbers, pixels = code_maps * height * width // 4 if code_maps != 4 else 16, height * width
    kinds = ("under-complete", "exactly complete", "over-complete")
    return numbers, kinds[(numbers >= pixels) + (numbers > pixels)]


# %% counts
def sizes(depth, width, colours=1):
    """Return the learned numbers of the net in three ways of counting."""
    outer, inner = 2 * 9 * colours * width, 9 * width * width
    biased = outer + width + colours + (depth - 2) * (inner + width)
    normed = outer + (depth - 2) * (inner + 2 * width)
    return normed, biased, normed + width + colours


def field(depth):
    """Return the edge length of the receptive field."""
    return 2 * depth + 1


def depth_for(edge):
    """Return the least depth, 2 or more, whose field is at least so long."""
    return max(2, edge // 2)


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
    strength = np.full((len(clean), 1, 1, 1), (low + high) / 2) / 255
    added = torch.tensor(source.normal(0, strength, clean.shape), dtype=torch.float32)
    return clean + added, added if target == "noise" else clean


# %% train
def judge(net, noisy, clean):
    raise NotImplementedError()


def run(pictures, held, sigma, seed, residual=True, norm=True, epochs=EPOCHS, rate=RATE):
    raise NotImplementedError()
