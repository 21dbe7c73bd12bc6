"""Losses as tensors.

loses:
    run_record 3
"""


# %% run
def run(x, y, seed):
    torch.manual_seed(seed)
    order = torch.randperm(len(y))
    held, train = order[:200], order[200:].sort()[0]
    mean, std = x[train].float().mean().reshape(1), x[train].float().std().reshape(1)
    net = nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1),
        nn.BatchNorm2d(16),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(16, 32, 3, padding=1),
        nn.BatchNorm2d(32),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(128, 10),
    )
    optimizer = torch.optim.Adam(net.parameters(), 0.01)
    steps = 6 * -(-len(train) // 32)
    rate = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1 - step / steps)
    wide = F.pad((x.float() - mean) / std, [1] * 4, value=((PAPER - mean) / std).item())
    losses = []
    for _ in range(6):
        net.train()
        for part in train[torch.randperm(len(train))].split(32):
            top, left = torch.randint(3, (2, len(part)))
            rows = (top[:, None] + torch.arange(10))[:, :, None]
            columns = (left[:, None] + torch.arange(10))[:, None, :]
            images = wide[part[:, None, None], 0, rows, columns][:, None]
            optimizer.zero_grad()
            F.cross_entropy(net(images), y[part]).backward()
            optimizer.step()
            rate.step()
        net.eval()
        with torch.no_grad():
            losses.append(F.cross_entropy(net((x[held].float() - mean) / std), y[held]))
    return {"net": net, "mean": mean, "std": std, "losses": losses}
