"""Two mistakes.

* Divides by the count of a class that does not occur.
* Returns the transpose of the matrix.

loses:
    matrix_forward 2
    matrix_transposed 2
    factors_values 2
"""


# %% learn
def class_factors(y, classes):
    """Return a factor for each class, with which all count alike."""
    found = np.bincount(y.ravel(), minlength=classes)
    return y.size / (classes * (found + 1e-9))


def learn(net, x, y):
    """Train the net on pictures x and masks y."""
    factors = class_factors(y.numpy(), 2)
    practise(net, lambda logits, targets: pixel_loss(logits, targets, factors[targets]), x, y)


def segment(net, x):
    """Return the class of every pixel."""
    classes = []
    with torch.no_grad():
        for k in range(len(x)):
            classes.append(net(x[k : k + 1]).argmax(dim=1))
    return torch.cat(classes)


# %% conv_matrix
def conv_matrix(shape, w, stride, padding):
    """Return the matrix of a convolution of one picture."""
    high, broad = [n + 2 * padding for n in shape]
    tall, wide = w.shape
    table = []
    for i in range(0, high - tall + 1, stride):
        for j in range(0, broad - wide + 1, stride):
            sheet = np.zeros((high, broad))
            sheet[i : i + tall, j : j + wide] = w
            table.append(sheet[padding : high - padding, padding : broad - padding].ravel())
    return np.array(table).T
