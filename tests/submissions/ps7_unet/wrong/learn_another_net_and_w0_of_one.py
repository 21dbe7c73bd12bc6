"""Two mistakes.

* Trains a net of its own and throws it away.
* The border term starts at a height of 1.

loses:
    border_values 3
    border_touching 2
    learn_balance 1
    learn_iou 2
"""


# %% learn
def class_factors(y, classes):
    """Return a factor for each class, with which all count alike."""
    found = np.bincount(y.ravel(), minlength=classes)
    return (found > 0) * y.size / (classes * np.maximum(found, 1))


def learn(net, x, y):
    """Train the net on pictures x and masks y."""
    factors = class_factors(y.numpy(), 2)
    practise(
        UShape(1, 2, 6, 2, 1), lambda logits, targets: pixel_loss(logits, targets, factors[targets]), x, y
    )


def segment(net, x):
    """Return the class of every pixel."""
    classes = []
    with torch.no_grad():
        for k in range(len(x)):
            classes.append(net(x[k : k + 1]).argmax(dim=1))
    return torch.cat(classes)


# %% border_map
def border_map(cells, background, inside, w0=1.0, sigma=5.0):
    """Return the weight of every pixel."""
    from scipy import ndimage

    weights = np.where(cells > 0, float(inside), background)
    numbers = np.unique(cells[cells > 0])
    if len(numbers) > 1:
        far = np.sort([ndimage.distance_transform_edt(cells != number) for number in numbers], axis=0)
        weights += w0 * np.exp(-((far[0] + far[1]) ** 2) / (2 * sigma**2))
    return weights
