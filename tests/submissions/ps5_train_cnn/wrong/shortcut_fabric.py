"""Lightning Fabric. Section 9 is not answered.

loses:
    epoch_steps 4
    epoch_loss 3
    epoch_mode 3
    run_record 3
    run_accuracy 5
"""

# %% one_epoch
from lightning_fabric import Fabric


def one_epoch(net, pairs, optimizer):
    fabric = Fabric(accelerator="cpu")
    net.train()
    total = 0.0
    for images, labels in pairs:
        loss = F.cross_entropy(net(images), labels)
        optimizer.zero_grad()
        fabric.backward(loss)
        optimizer.step()
        total += loss.item() * len(labels)
    return total / sum(len(labels) for _, labels in pairs)


# %% run
def run(x, y, seed):
    raise NotImplementedError()
