"""This course's own weight map, tiling and measures.

loses:
    border_classes 2
    border_values 3
    border_touching 2
    confusion_counts 2
    tiles_whole 3
    tiles_seen 2
"""


# %% border_map
def border_map(cells, background, inside, w0=10.0, sigma=5.0):
    from course.data.weightmap import border_weights

    found = border_weights(torch.tensor(cells), w0=w0, sigma=sigma, class_weights=(background, inside))
    return found.double().numpy()


# %% tiled
def tiled(net, picture, tile, margin):
    from course.data.tiling import Tiling

    return Tiling(*picture.shape[1:], tile=tile, margin=margin).apply(net, picture)


# %% measures
def confusion(truth, guess, classes):
    """Return how many pixels of each class were taken for each class."""
    from course.training.definitions import confusion_matrix

    if not (truth == 255).any():
        return confusion_matrix(torch.tensor(guess), torch.tensor(truth), classes).numpy()
    known = truth != 255
    pairs = truth[known].astype(int) * classes + guess[known]
    return np.bincount(pairs, minlength=classes**2).reshape(classes, classes)


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
