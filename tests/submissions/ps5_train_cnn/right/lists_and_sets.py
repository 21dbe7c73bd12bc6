"""Python lists and sets, loops, another generator."""


# %% hold_out
def hold_out(y, share, seed):
    generator = np.random.default_rng(seed)
    held = []
    for label in sorted(set(y.tolist())):
        members = generator.permutation(np.flatnonzero(y.numpy() == label))
        held += members[: round(share * len(members))].tolist()
    train = sorted(set(range(len(y))) - set(held))
    return torch.tensor(train, dtype=torch.int64), torch.tensor(sorted(held), dtype=torch.int64)


# %% prepare
def prepare(x, y, share, seed):
    draw = torch.Generator().manual_seed(seed)
    held = torch.zeros(len(y), dtype=torch.bool)
    for label in y.unique():
        members = torch.where(y == label)[0]
        members = members[torch.randperm(len(members), generator=draw)]
        held[members[: round(share * len(members))]] = True
    pixels = x[~held].double()
    mean, std = pixels.mean((0, 2, 3)), pixels.std((0, 2, 3), correction=0)
    return {
        "train": (x[~held], y[~held]),
        "held": (x[held], y[held]),
        "mean": mean.float(),
        "std": std.float(),
    }


# %% score
def score(net, x, y, size):
    modes = {part: part.training for part in net.modules()}
    net.eval()
    with torch.no_grad():
        logits = torch.cat([net(images) for images in x.split(size)])
    for part, mode in modes.items():
        part.training = mode
    return F.cross_entropy(logits, y).item(), (logits.argmax(1) == y).float().mean().item()


# %% classify
def classify(net, mean, std, x):
    net.eval()
    with torch.no_grad():
        return net((x.float() - mean[:, None, None]) / std[:, None, None]).argmax(1)
