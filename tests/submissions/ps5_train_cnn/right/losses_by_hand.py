"""Cross-entropy from log-softmax, gradients set to zero by hand, accuracy in bytes."""


# %% one_epoch
def one_epoch(net, pairs, optimizer):
    net.train(True)
    losses, sizes = [], []
    for images, labels in pairs:
        for group in optimizer.param_groups:
            for value in group["params"]:
                value.grad = None
        loss = -net(images).log_softmax(1).gather(1, labels[:, None]).mean()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        sizes.append(len(labels))
    return float(np.average(losses, weights=sizes))


# %% score
@torch.no_grad()
def score(net, x, y, size):
    modes = [part.training for part in net.modules()]
    total = right = 0
    try:
        for images, labels in zip(x.split(size), y.split(size), strict=True):
            logits = net.eval()(images)
            total += F.nll_loss(logits.log_softmax(1), labels).item() * len(labels)
            right += int((logits.max(1).indices == labels).sum())
    finally:
        for part, mode in zip(net.modules(), modes, strict=True):
            part.training = mode
    return total / len(y), right / len(y)
