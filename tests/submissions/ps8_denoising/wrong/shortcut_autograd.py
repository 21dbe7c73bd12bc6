"""torch's automatic differentiation for the whole net; training not come to.

loses:
    derive_net_last 2
    derive_net_earlier 3
    train_judge 2
    train_record 2
    train_gain 3
"""


# %% derive_net
def net_gradients(v, layers, x):
    """Return the gradients of the loss with respect to every layer's kernels and biases."""
    torch_layers = [[torch.tensor(part, requires_grad=True) for part in pair] for pair in layers]
    z = torch.tensor(v)
    for k, (h, b) in enumerate(torch_layers):
        z = F.conv2d(z.relu() if k else z, h.flip(2, 3).transpose(0, 1), b, padding=h.shape[2] // 2)
    F.mse_loss(z, torch.tensor(x)).backward()
    return [tuple(part.grad.numpy() for part in pair) for pair in torch_layers]
    for h, _ in layers[::-1]:
        z = maps.pop()
        found.append(layer_gradients(z, delta, h.shape[2] // 2))
        delta = back_through(delta, h) * (z > 0)
    return found[::-1]


def numeric_gradients(loss, layers, step=1e-5):
    """Return the same by central differences of a loss."""
    tried = [(h.copy(), b.copy()) for h, b in layers]
    slopes = [(np.zeros(h.shape), np.zeros(b.shape)) for h, b in layers]
    for number, slope in zip(itertools.chain(*tried), itertools.chain(*slopes)):
        for place in np.ndindex(number.shape):
            middle = number[place]
            number[place] = middle + step
            above = loss(tried)
            number[place] = middle - step
            slope[place] = (above - loss(tried)) / (2 * step)
            number[place] = middle
    return slopes


# %% train
def judge(net, noisy, clean):
    raise NotImplementedError()


def run(pictures, held, sigma, seed, residual=True, norm=True, epochs=EPOCHS, rate=RATE):
    raise NotImplementedError()
