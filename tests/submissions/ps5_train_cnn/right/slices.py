"""Moves by slices, image by image, and writes the statistics with NumPy."""


# %% statistics
def statistics(x):
    pixels = x.numpy().astype(np.float64)
    std = pixels.std(axis=(0, 2, 3))
    return torch.tensor(pixels.mean(axis=(0, 2, 3)), dtype=torch.float32), torch.tensor(
        np.where(std == 0, 1, std)
    ).float()


# %% shifted
def shifted(x, most, fill, seed, epoch=0):
    moved = torch.full_like(x, fill)
    h, w = x.shape[2:]
    for i, (dy, dx) in enumerate(
        np.random.default_rng([epoch, seed]).integers(-most, most, (len(x), 2), endpoint=True)
    ):
        to_rows, to_columns = slice(max(dy, 0), h + min(dy, 0)), slice(max(dx, 0), w + min(dx, 0))
        of_rows, of_columns = slice(max(-dy, 0), h - max(dy, 0)), slice(max(-dx, 0), w - max(dx, 0))
        moved[i, :, to_rows, to_columns] = x[i, :, of_rows, of_columns]
    return moved
