"""torch's generators in place of NumPy's."""


# %% hold_out
def hold_out(y, share, seed):
    draw = torch.Generator().manual_seed(seed)
    parts = []
    for label in y.unique():
        members = (y == label).nonzero().flatten()
        parts.append(members[torch.randperm(len(members), generator=draw)][: int(share * len(members) + 0.5)])
    held = torch.cat(parts).sort().values
    return torch.tensor([i for i in range(len(y)) if i not in set(held.tolist())]), held


# %% batches
import hashlib


def key(seed, epoch):
    return int.from_bytes(hashlib.sha256(f"{seed}/{epoch}".encode()).digest()[:7], "little")


def batches(x, y, size, seed=None, epoch=0):
    if seed is not None:
        order = torch.randperm(len(y), generator=torch.Generator().manual_seed(key(seed, epoch)))
        x, y = x[order], y[order]
    return list(zip(x.split(size), y.split(size), strict=True))


# %% shifted
def shifted(x, most, fill, seed, epoch=0):
    n, c, h, w = x.shape
    draw = torch.Generator().manual_seed(key(seed, epoch))
    dy, dx = torch.randint(2 * most + 1, (2, n), generator=draw)
    wide = F.pad(x, [most] * 4, value=fill)
    rows = (dy[:, None] + torch.arange(h)).reshape(n, 1, h, 1)
    columns = (dx[:, None] + torch.arange(w)).reshape(n, 1, 1, w)
    return wide[torch.arange(n).reshape(n, 1, 1, 1), torch.arange(c).reshape(1, c, 1, 1), rows, columns]
