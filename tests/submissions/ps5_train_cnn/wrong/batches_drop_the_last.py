"""Leaves out what does not fill a batch. Section 9 is not answered.

loses:
    batches_once 3
    batches_plain 2
    run_record 3
    run_accuracy 5
"""


# %% batches
def batches(x, y, size, seed=None, epoch=0):
    order = torch.arange(len(y))
    if seed is not None:
        order = torch.from_numpy(np.random.default_rng([seed, epoch]).permutation(len(y)))
    return [(x[order[i : i + size]], y[order[i : i + size]]) for i in range(0, len(y) - size + 1, size)]


# %% score
def score(net, x, y, size):
    modes = {part: part.training for part in net.modules()}
    net.eval()
    with torch.no_grad():
        logits = torch.cat([net(images) for images in x.split(size)])
    for part, mode in modes.items():
        part.training = mode
    return F.cross_entropy(logits, y).item(), (logits.argmax(1) == y).float().mean().item()


# %% run
def run(x, y, seed):
    raise NotImplementedError()
