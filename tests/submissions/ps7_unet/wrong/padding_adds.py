"""Takes the padding of a transposed convolution as zeros that are added.

* stamp: adds a border of zeros instead of cutting one off.
* as_correlation: puts f − 1 + P zeros around.
* coverage: leaves the padding out.
* Classes as floats.

loses:
    stamp_padding 3
    stuffed_picture 2
    stuffed_whole 2
    coverage_counts 3
    segment_values 1
"""


# %% stamp
def stamp(x, w, stride=1, padding=0, output_padding=0):
    """Return the transposed convolution of x (N, m, H, W) with w (m, n, f_h, f_w)."""
    tall, wide = w.shape[2:]
    rows, columns = [(n - 1) * stride + f + output_padding for n, f in zip(x.shape[2:], w.shape[2:])]
    canvas = np.zeros((len(x), w.shape[1], rows, columns))
    for i, j in np.ndindex(x.shape[2:]):
        top, left = i * stride, j * stride
        canvas[:, :, top : top + tall, left : left + wide] += np.tensordot(x[:, :, i, j], w, axes=1)
    return np.pad(canvas, [(0, 0), (0, 0), (padding, padding), (padding, padding)])


# %% as_correlation
def as_correlation(x, w, stride, padding, output_padding):
    """Return picture and kernel whose valid cross-correlation is the transposed convolution."""
    zeros = [f - 1 + padding for f in w.shape]
    spans = [(n - 1) * stride + 1 for n in x.shape]
    picture = np.zeros([span + 2 * zero + output_padding for span, zero in zip(spans, zeros)])
    (top, left), (high, broad) = zeros, spans
    picture[top : top + high : stride, left : left + broad : stride] = x
    return picture, w[::-1, ::-1].copy()


# %% coverage
def coverage(shape, kernel_size, stride, padding=0):
    """Return how many stamps cover each output pixel."""
    lines = []
    for n in shape:
        line = np.zeros((n - 1) * stride + kernel_size, dtype=int)
        for i in range(n):
            line[i * stride : i * stride + kernel_size] += 1
        lines.append(line)
    return np.outer(*lines)


def inside(kernel_size, stride):
    """Return the fewest and the most stamps on a pixel far from the border."""
    return (kernel_size // stride) ** 2, math.ceil(kernel_size / stride) ** 2


# %% learn
def class_factors(y, classes):
    """Return a factor for each class, with which all count alike."""
    found = np.bincount(y.ravel(), minlength=classes)
    return (found > 0) * y.size / (classes * np.maximum(found, 1))


def learn(net, x, y):
    """Train the net on pictures x and masks y."""
    factors = class_factors(y.numpy(), 2)
    practise(net, lambda logits, targets: pixel_loss(logits, targets, factors[targets]), x, y)


def segment(net, x):
    """Return the class of every pixel."""
    classes = []
    with torch.no_grad():
        for k in range(len(x)):
            classes.append(net(x[k : k + 1]).argmax(dim=1).float())
    return torch.cat(classes)
