"""Forgets net.eval(). Section 9 is not answered.

loses:
    score_mode 3
    score_gentle 3
    run_record 3
    run_accuracy 5
"""


# %% score
def score(net, x, y, size):
    modes = {part: part.training for part in net.modules()}
    with torch.no_grad():
        logits = torch.cat([net(images) for images in x.split(size)])
    for part, mode in modes.items():
        part.training = mode
    return F.cross_entropy(logits, y).item(), (logits.argmax(1) == y).float().mean().item()


# %% run
def run(x, y, seed):
    raise NotImplementedError()
