"""A hand-in with a mistake in many sections:

* impulses: Strikes the same pixels in all colours, but each colour by its own coin.
* ways: The PSNR of the mean of the root errors.
* learnt: Takes the targets to be sorted.
* net: The list the other way round.
* net: Biases before the normalisation too.
* field: Returns a float.
* blind: Needs low below high.
* training: not come to.

loses:
    noise_impulse_colours 1
    psnr_exact 2
    psnr_ways 2
    learnt_mae 2
    derive_net_last 2
    derive_net_earlier 3
    net_state 3
    net_field 2
    pairs_blind 2
    train_judge 2
    train_record 2
    train_gain 3
"""


# %% add_impulses
def add_impulses(x, share, seed):
    rng = np.random.default_rng(seed)
    struck = rng.random(x.shape[-2:]) < share
    return np.where(struck, 255.0 * rng.integers(0, 2, x.shape), np.array(x, dtype=np.float64))


# %% psnr
def mse_each(y, x):
    """Return the mean squared error of each picture."""
    gap = np.asarray(y, dtype=np.float64) - np.asarray(x, dtype=np.float64)
    return np.mean(gap**2, axis=(1, 2, 3))


def psnr_each(y, x, peak=255):
    """Return the PSNR of each picture in dB."""
    with np.errstate(divide="ignore"):
        return 10 * np.log10(peak**2 / mse_each(y, x))


def psnr_two_ways(y, x, peak=255):
    """Return the mean of the pictures' PSNR, and the PSNR of their mean squared error."""
    every, together = psnr_each(y, x, peak), mse_each(y, x).mean()
    return float(every.mean()), float(20 * np.log10(peak / np.mean(mse_each(y, x) ** 0.5)))


# %% learnt_value
def learnt_value(targets, counts, loss):
    """Return the number with the smallest mean loss over the targets."""
    order = np.arange(len(targets))
    ranked, seen = np.asarray(targets)[order], np.asarray(counts)[order]
    if loss == "MSE":
        return float(ranked @ seen / seen.sum())
    return float(ranked[2 * seen.cumsum() >= seen.sum()][0])


# %% derive_net
def net_gradients(v, layers, x):
    """Return the gradients of the loss with respect to every layer's kernels and biases."""
    maps, found = activations(v, layers), []
    delta = loss_slope(maps.pop(), x)
    for h, _ in layers[::-1]:
        z = maps.pop()
        found.append(layer_gradients(z, delta, h.shape[2] // 2))
        delta = back_through(delta, h) * (z > 0)
    return found


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
            self.convs.append(nn.Conv2d(maps[i], maps[i + 1], 3, padding=1, bias=True))
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


# %% counts
def sizes(depth, width, colours=1):
    """Return the learned numbers of the net in three ways of counting."""
    outer, inner = 2 * 9 * colours * width, 9 * width * width
    biased = outer + width + colours + (depth - 2) * (inner + width)
    normed = outer + (depth - 2) * (inner + 2 * width)
    return biased, normed, normed + width + colours


def field(depth):
    """Return the edge length of the receptive field."""
    return 2.0 * depth + 1


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
    if isinstance(sigma, tuple) and low >= high:
        raise ValueError("low must be below high")
    strength = source.uniform(low, high, (len(clean), 1, 1, 1)) / 255
    added = torch.tensor(source.normal(0, strength, clean.shape), dtype=torch.float32)
    return clean + added, added if target == "noise" else clean


# %% train
def judge(net, noisy, clean):
    raise NotImplementedError()


def run(pictures, held, sigma, seed, residual=True, norm=True, epochs=EPOCHS, rate=RATE):
    raise NotImplementedError()
