"""Two mistakes.

* Every pixel counts 1, and five steps are all.
* way_back: size + P.
* as_correlation: P zeros less in all, not on each side.
* unet_parameters: no biases.

loses:
    way_back_values 3
    stuffed_picture 2
    stuffed_whole 2
    parameters_count 3
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
    practise(net, lambda logits, targets: pixel_loss(logits, targets, np.ones(targets.shape)), x, y, steps=5)


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
    steps, rest = divmod(size + padding - kernel_size, stride)
    return steps + 1, rest


# %% as_correlation
def as_correlation(x, w, stride, padding, output_padding):
    """Return picture and kernel whose valid cross-correlation is the transposed convolution."""
    zeros = [f - 1 - padding for f in w.shape]
    spans = [(n - 1) * stride + 1 for n in x.shape]
    picture = np.zeros([span + 2 * zero + padding + output_padding for span, zero in zip(spans, zeros)])
    (top, left), (high, broad) = zeros, spans
    picture[top : top + high : stride, left : left + broad : stride] = x
    return picture, w[::-1, ::-1].copy()


# %% walk
def walk(size, depth, convs=2):
    """Return the output size of a U-Net with valid convolutions, and what is cut off its copies."""
    copies, crops, lost = [], [], 2 * convs
    for _ in range(depth):
        size -= lost
        if size % 2:
            raise ValueError(f"a pooling meets {size} pixels: choose an input with which all are even")
        copies.append(size)
        size //= 2
    for copy in copies[::-1]:
        size = 2 * (size - lost)
        crops.append((copy, size, (copy - size) // 2))
    if size <= lost:
        raise ValueError("nothing is left at the end: choose a larger input")
    return size - lost, crops


def smallest_input(least, depth, convs=2):
    """Return the smallest input size that fits and gives at least this output."""
    block, lost = 2**depth, 2 * convs
    bottom = math.ceil((least + lost * (2 * block - 1)) / block)
    return bottom * block + lost * (block - 1)


def unet_parameters(in_channels, classes, base, depth):
    """Return the number of parameters of a U-Net with two convolutions on a level."""
    widths = [in_channels] + [base * 2**i for i in range(depth + 1)]
    down = sum(9 * a * b + 9 * b * b for a, b in itertools.pairwise(widths))
    up = sum(8 * b * b + b + 18 * b * b + b + 9 * b * b + b for b in widths[1:-1])
    return down + up + base * classes + classes
