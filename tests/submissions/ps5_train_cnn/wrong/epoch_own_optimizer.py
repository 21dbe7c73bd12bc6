"""Makes an optimiser of its own, with a high rate. Section 9 is not answered.

loses:
    epoch_steps 4
    epoch_loss 3
    run_record 3
    run_accuracy 5
"""


# %% one_epoch
def one_epoch(net, pairs, optimizer):
    net.train()
    optimizer = torch.optim.Adam(net.parameters(), 0.25)
    total, count = 0.0, 0
    for images, labels in pairs:
        loss = F.cross_entropy(net(images), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(labels)
        count += len(labels)
    return total / count


# %% run
def run(x, y, seed):
    raise NotImplementedError()
