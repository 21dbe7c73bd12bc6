"""Steps along the sum of the losses. Section 9 is not answered.

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
        loss = F.cross_entropy(net(images), labels, reduction="sum")
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item()
        count += len(labels)
    return total / count


# %% run
def run(x, y, seed):
    raise NotImplementedError()
