"""Torch tensors inside, arrays outside; unfold and fold."""


# %% psnr
def mse_each(y, x):
    y, x = [torch.from_numpy(np.asarray(part)).double() for part in (y, x)]
    return (y - x).pow(2).mean(dim=(1, 2, 3)).numpy()


def psnr_each(y, x, peak=255):
    return (20 * torch.log10(peak / torch.from_numpy(mse_each(y, x)).sqrt())).numpy()


def psnr_two_ways(y, x, peak=255):
    errors = torch.from_numpy(mse_each(y, x))
    return (10 * torch.log10(peak**2 / errors)).mean().item(), (
        10 * torch.log10(peak**2 / errors.mean())
    ).item()


# %% filters
def unfolded(x, radius):
    wide = F.pad(torch.tensor(x, dtype=torch.float64)[None, None], [radius] * 4, mode="reflect")
    return F.unfold(wide, 2 * radius + 1)[0].unflatten(1, x.shape)


def mean_filter(x, radius):
    return unfolded(x, radius).mean(0).numpy()


def median_filter(x, radius):
    return unfolded(x, radius).median(dim=0).values.numpy()


# %% derive_layer
def layer_gradients(z, delta, radius):
    columns = F.unfold(torch.tensor(z), 2 * radius + 1, padding=radius)  # (B, J · edge², H · W)
    dh = torch.einsum("bjp,bkp->jk", columns, torch.tensor(delta).flatten(2))
    edge = 2 * radius + 1
    return dh.reshape(z.shape[1], edge, edge, -1).permute(0, 3, 1, 2).flip(2, 3).numpy(), delta.sum((0, 2, 3))


def back_through(delta, h):
    spread = torch.einsum("bkp,jkmn->bjmnp", torch.tensor(delta).flatten(2), torch.tensor(h).flip(2, 3))
    folded = F.fold(spread.flatten(1, 3), delta.shape[2:], h.shape[2], padding=h.shape[2] // 2)
    return folded.numpy()


# %% guess
def guess_sigma(y):
    y = torch.from_numpy(np.asarray(y)).double()
    d = (y[:-1, :-1] - y[:-1, 1:] - y[1:, :-1] + y[1:, 1:]) / 2
    return d.abs().quantile(0.5).item() / 0.6745
