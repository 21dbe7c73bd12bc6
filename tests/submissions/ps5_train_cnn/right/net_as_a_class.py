"""A class with dropout and GELU; SGD with momentum."""


# %% make_net
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.one = nn.Conv2d(1, 12, 3, padding=1, bias=False)
        self.one_norm = nn.BatchNorm2d(12)
        self.two = nn.Conv2d(12, 24, 3, padding=1, bias=False)
        self.two_norm = nn.BatchNorm2d(24)
        self.out = nn.Linear(24 * 25, 10)

    def forward(self, x):
        x = F.gelu(self.one_norm(self.one(x)))
        x = F.max_pool2d(F.gelu(self.two_norm(self.two(x))), 2)
        return self.out(F.dropout(x.flatten(1), 0.2, self.training))


def make_net(seed):
    before = torch.get_rng_state()
    torch.manual_seed(seed)
    net = Net()
    torch.set_rng_state(before)
    return net


# %% run
def run(x, y, seed):
    made = prepare(x, y, 0.15, seed)
    mean, std, (images, labels) = made["mean"], made["std"], made["train"]
    held = standardise(made["held"][0], mean, std), made["held"][1]
    net = make_net(seed)
    optimizer = torch.optim.SGD(net.parameters(), 0.03, momentum=0.9)
    fall = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 8)

    def train_once(epoch):
        moved = standardise(shifted(images, 1, PAPER, seed, epoch), mean, std)
        one_epoch(net, batches(moved, labels, 32, seed, epoch), optimizer)
        fall.step()

    losses = stop_early(net, train_once, lambda: score(net, *held, 200)[0], 8, 8)
    return {"net": net, "mean": mean, "std": std, "losses": losses}
