"""The net as a stack in which the normalisations are found by their place; judging picture by picture."""


# %% noise_net
class NoiseNet(nn.Module):
    def __init__(self, depth, width, colours=1, norm=True, residual=True):
        super().__init__()
        if depth in range(2) or depth < 0:
            raise ValueError(f"{depth} convolutions are no net")
        self.convs, self.norms = nn.ModuleList(), nn.ModuleList()
        self.sign, self.pass_on = (-1, 1) if residual else (1, 0)
        before = colours
        while len(self.convs) < depth - 1:
            between = len(self.convs) > 0 and norm
            self.convs.append(nn.Conv2d(before, width, 3, padding="same", bias=not between))
            if between:
                self.norms.append(nn.BatchNorm2d(width))
            before = width
        self.convs.append(nn.Conv2d(before, colours, 3, padding="same"))

    def forward(self, x):
        hidden, norms = self.convs[0](x).relu(), iter(self.norms)
        for conv in list(self.convs)[1:-1]:
            hidden = next(norms, nn.Identity())(conv(hidden)).relu_()
        return self.pass_on * x + self.sign * self.convs[-1](hidden)


# %% train
def judge(net, noisy, clean):
    was = net.training
    try:
        net.eval()
        with torch.inference_mode():
            pairs = [(net(noisy[i : i + 1]), clean[i : i + 1]) for i in range(len(clean))]
        return float(np.mean([psnr_each(a.numpy(), b.numpy(), 1) for a, b in pairs]))
    finally:
        net.train(was)


def run(pictures, held, sigma, seed, residual=True, norm=True, epochs=EPOCHS, rate=RATE):
    with torch.random.fork_rng(devices=[]):
        torch.random.manual_seed(seed + 5)
        net = NoiseNet(DEPTH, WIDTH, norm=norm, residual=residual)
    optimizer = torch.optim.Adam(net.parameters(), rate)
    record = {"losses": [], "psnr": [], "net": net}
    for epoch in range(epochs):
        clean = cut(pictures, SIZE, COUNT, seed, epoch)
        noisy, clean = noisy_pair(clean, (sigma, sigma), seed, epoch)
        total = 0
        for i in range(COUNT // BATCH):
            part = slice(i * BATCH, (i + 1) * BATCH)
            loss = nn.MSELoss()(net(noisy[part]), clean[part])
            descend(optimizer, loss)
            total += float(loss.detach())
        record["losses"].append(total / (COUNT // BATCH))
        record["psnr"].append(judge(net, held[0], held[1]))
    return record
