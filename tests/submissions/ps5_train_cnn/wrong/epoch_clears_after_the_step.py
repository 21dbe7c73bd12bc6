"""zero_grad at the end: what was there before the call counts in the first step. Section 9 is not answered.

loses:
    epoch_mode 3
    run_record 3
    run_accuracy 5
"""


# %% one_epoch
def one_epoch(net, pairs, optimizer):
    net.train()
    total, count = 0.0, 0
    for images, labels in pairs:
        loss = F.cross_entropy(net(images), labels)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        total += loss.item() * len(labels)
        count += len(labels)
    return total / count


# %% run
def run(x, y, seed):
    raise NotImplementedError()
