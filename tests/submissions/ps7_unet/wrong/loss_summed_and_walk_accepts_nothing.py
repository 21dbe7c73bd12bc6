"""Two mistakes.

* Sums over the pixels; the balance of the classes stays.
* Returns sizes below 1; a smallest input without the bottom's convolutions.

loses:
    walk_refuses 1
    smallest_values 2
    loss_value 2
    loss_gradient 3
    loss_stable 1
"""


# %% pixel_loss
def pixel_loss(logits, target, weights):
    """Return the weighted cross-entropy and its gradient with respect to the logits."""
    lowered = logits - logits.max(axis=1, keepdims=True)
    log_q = lowered - np.log(np.exp(lowered).sum(axis=1, keepdims=True))
    hot = np.arange(logits.shape[1])[:, None, None] == target[:, None]
    scale = weights[:, None] / len(weights)
    return -(scale * hot * log_q).sum(), scale * (np.exp(log_q) - hot)


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
    return size - lost, crops


def smallest_input(least, depth, convs=2):
    """Return the smallest input size that fits and gives at least this output."""
    block, lost = 2**depth, 2 * convs
    bottom = math.ceil((least + lost * (2 * block - 2)) / block)
    return bottom * block + lost * (block - 1)


def unet_parameters(in_channels, classes, base, depth):
    """Return the number of parameters of a U-Net with two convolutions on a level."""
    widths = [in_channels] + [base * 2**i for i in range(depth + 1)]
    down = sum(9 * a * b + b + 9 * b * b + b for a, b in itertools.pairwise(widths))
    up = sum(8 * b * b + b + 18 * b * b + b + 9 * b * b + b for b in widths[1:-1])
    return down + up + base * classes + classes
