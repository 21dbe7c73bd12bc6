"""Always returns to training mode.

loses:
    train_judge 2
"""


# %% train
def judge(net, noisy, clean):
    """Return the mean PSNR of what a net makes of noisy pictures."""
    mode = net.training
    net.eval()
    with torch.no_grad():
        cleaned = net(noisy)
    net.train()
    return float(psnr_each(cleaned.numpy(), clean.numpy(), peak=1).mean())


def run(pictures, held, sigma, seed, residual=True, norm=True, epochs=EPOCHS, rate=RATE):
    """Train a denoiser; return it with its two curves."""
    with torch.random.fork_rng([]):
        torch.manual_seed(seed)
        net = NoiseNet(DEPTH, WIDTH, norm=norm, residual=residual)
    adam = torch.optim.Adam(net.parameters(), lr=rate)
    curves = {"net": net, "losses": [], "psnr": []}
    for epoch in range(epochs):
        patches = cut(pictures, SIZE, COUNT, seed, epoch)
        parts, summed = zip(*[half.split(BATCH) for half in noisy_pair(patches, sigma, seed, epoch)]), 0.0
        for noisy, clean in parts:
            error = F.mse_loss(net(noisy), clean)
            descend(adam, error)
            summed += error.item() * len(noisy)
        curves["losses"].append(summed / COUNT)
        curves["psnr"].append(judge(net, *held))
    return curves
