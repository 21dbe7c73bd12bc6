"""AdamW with a rate that falls along a cosine; batches in a random order; the noise as target, taken off again."""


# %% train
def judge(net, noisy, clean):
    kept, _ = net.training, net.train(False)
    cleaned = net(noisy).detach().double()
    net.train(kept)
    return -10 * (cleaned - clean).pow(2).flatten(1).mean(1).log10().mean().item()


def run(pictures, held, sigma, seed, residual=True, norm=True, epochs=EPOCHS, rate=RATE):
    state = torch.random.get_rng_state()
    torch.manual_seed(seed)
    net = NoiseNet(DEPTH, WIDTH, 1, norm, residual)
    torch.random.set_rng_state(state)
    optimizer = torch.optim.AdamW(net.parameters(), 2 * rate)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, max(epochs, 1), rate / 5)
    losses, scores = [], []
    for epoch in range(epochs):
        noisy, noise = noisy_pair(cut(pictures, SIZE, COUNT, seed, epoch), sigma, seed, epoch, "noise")
        clean, order, batch_losses = noisy - noise, np.random.default_rng(seed).permutation(COUNT), []
        for start in range(0, COUNT, BATCH):
            rows = order[start : start + BATCH]
            loss = ((net(noisy[rows]) - clean[rows]) ** 2).mean()
            descend(optimizer, loss)
            batch_losses.append(loss.item())
        schedule.step()
        losses.append(sum(batch_losses) / len(batch_losses))
        scores.append(judge(net, *held))
    return dict(psnr=scores, net=net, losses=losses)
