"""torch differentiates what is written by hand.

* torchmetrics counts.

loses:
    loss_value 2
    loss_gradient 3
    loss_stable 1
    confusion_counts 2
    confusion_bytes 1
    learn_balance 1
    learn_iou 2
"""


# %% pixel_loss
def pixel_loss(logits, target, weights):
    leaf = torch.tensor(logits, requires_grad=True)
    picked = leaf.log_softmax(1).gather(1, torch.tensor(target)[:, None])[:, 0]
    loss = -(picked * torch.tensor(weights)).mean()
    return loss.item(), torch.autograd.grad(loss, leaf)[0].numpy()


# %% measures
def confusion(truth, guess, classes):
    """Return how many pixels of each class were taken for each class."""
    known = truth != 255
    from torchmetrics.functional import confusion_matrix

    given = torch.tensor(guess[known]), torch.tensor(truth[known])
    return confusion_matrix(*given, task="multiclass", num_classes=classes).numpy()


def overlaps(counts):
    """Return IoU and Dice of every class."""
    hits = counts.diagonal()
    both = counts.sum(axis=0) + counts.sum(axis=1)
    absent = both == 0
    return (hits + absent) / (both - hits + absent), (2 * hits + absent) / (both + absent)


def soft_dice(p, truth):
    """Return the soft Dice loss and its gradient with respect to the probabilities."""
    shared = 2 * (p * truth).sum(axis=(1, 2), keepdims=True) + 1
    size = (p + truth).sum(axis=(1, 2), keepdims=True) + 1
    return 1 - (shared / size).mean(), (shared - 2 * truth * size) / size**2 / len(p)
