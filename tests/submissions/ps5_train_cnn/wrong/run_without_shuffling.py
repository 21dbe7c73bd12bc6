"""Batches in the order of delivery.

loses:
    run_accuracy 5
"""


# %% run
def run(x, y, seed):
    made = prepare(x, y, 0.2, seed)
    (images, labels), (held, answers), mean, std = [made[name] for name in ("train", "held", "mean", "std")]
    net = make_net(seed)
    optimizer = torch.optim.Adam(net.parameters(), 0.005)

    def train_once(epoch):
        moved = standardise(shifted(images, 1, PAPER, seed, epoch), mean, std)
        one_epoch(net, batches(moved, labels, 32), optimizer)

    losses = stop_early(
        net, train_once, lambda: score(net, standardise(held, mean, std), answers, 256)[0], 4, 12
    )
    return {"net": net, "mean": mean, "std": std, "losses": losses}
