"""Windows by unfold; statistics from sums of squares; non-contiguous results."""


# %% statistics
def statistics(x):
    count = x.numel() // x.shape[1]
    values = x.to(torch.int64)
    first, second = values.sum((0, 2, 3)), (values**2).sum((0, 2, 3))
    variance = (count * second - first**2).double() / count**2
    return (first / count).float(), torch.where(variance > 0, variance.sqrt(), 1.0).float()


# %% standardise
def standardise(x, mean, std):
    return ((x.permute(0, 2, 3, 1) - mean) / std).permute(0, 3, 1, 2)


# %% shifted
def shifted(x, most, fill, seed, epoch=0):
    h, w = x.shape[2:]
    windows = F.pad(x, [most] * 4, value=fill).unfold(2, h, 1).unfold(3, w, 1)
    top, left = np.random.default_rng((epoch, seed)).integers(2 * most + 1, size=(2, len(x)))
    return windows[torch.arange(len(x)), :, torch.from_numpy(top), torch.from_numpy(left)]
