"""Lets the course count the parameters; training not come to.

loses:
    net_sizes 3
    train_judge 2
    train_record 2
    train_gain 3
"""


# %% counts
def sizes(depth, width, colours=1):
    """Return the learned numbers of the net in three ways of counting."""
    from course.inspect import analyze

    card = analyze(NoiseNet(min(depth, 20), width, colours), (colours, 8, 8))
    outer, inner = 2 * 9 * colours * width, 9 * width * width
    biased = outer + width + colours + (depth - 2) * (inner + width)
    normed = outer + (depth - 2) * (inner + 2 * width)
    return biased, normed, normed + width + colours


def field(depth):
    """Return the edge length of the receptive field."""
    return 2 * depth + 1


def depth_for(edge):
    """Return the least depth, 2 or more, whose field is at least so long."""
    return max(2, edge // 2)


# %% train
def judge(net, noisy, clean):
    raise NotImplementedError()


def run(pictures, held, sigma, seed, residual=True, norm=True, epochs=EPOCHS, rate=RATE):
    raise NotImplementedError()
