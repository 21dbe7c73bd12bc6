"""Takes no step for a short last batch. Section 9 is not answered.

loses:
    epoch_steps 4
    run_record 3
    run_accuracy 5
"""


# %% one_epoch
def one_epoch(net, pairs, optimizer):
    net.train()
    total, count = 0.0, 0
    for images, labels in pairs:
        loss = F.cross_entropy(net(images), labels)
        optimizer.zero_grad()
        loss.backward()
        if len(labels) == len(pairs[0][1]):
            optimizer.step()
        total += loss.item() * len(labels)
        count += len(labels)
    return total / count


# %% run
def run(x, y, seed):
    raise NotImplementedError()
