"""Two mistakes.

* The fourth power of the factor of the other class.
* Divides with / and returns floats.

loses:
    way_back_values 3
    coverage_inside 2
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
    practise(net, lambda logits, targets: pixel_loss(logits, targets, factors[1 - targets] ** 4), x, y)


def segment(net, x):
    """Return the class of every pixel."""
    classes = []
    with torch.no_grad():
        for k in range(len(x)):
            classes.append(net(x[k : k + 1]).argmax(dim=1))
    return torch.cat(classes)


# %% way_back
def way_back(size, kernel_size, stride, padding):
    """Return the length after a convolution, and the output padding that leads back."""
    steps, rest = divmod(size + 2 * padding - kernel_size, stride)
    return (size + 2 * padding - kernel_size - rest) / stride + 1, rest


# %% coverage
def coverage(shape, kernel_size, stride, padding=0):
    """Return how many stamps cover each output pixel."""
    lines = []
    for n in shape:
        line = np.zeros((n - 1) * stride + kernel_size, dtype=int)
        for i in range(n):
            line[i * stride : i * stride + kernel_size] += 1
        lines.append(line[padding : len(line) - padding])
    return np.outer(*lines)


def inside(kernel_size, stride):
    """Return the fewest and the most stamps on a pixel far from the border."""
    return (kernel_size // stride) ** 2, -((-kernel_size / stride // 1) ** 2)
