"""The derivation by recursion, and differences on flat vectors."""


# %% derive_forward
def activations(v, layers):
    if len(layers) == 1:
        return [v, layer(v, *layers[0])]
    return [v, *activations(layer(v, *layers[0]).clip(0), layers[1:])]


def loss_slope(y, x):
    return (y - x) * 2 / math.prod(y.shape)


# %% derive_net
def net_gradients(v, layers, x):
    def walk(z, rest):
        (h, b), a = rest[0], layer(z, *rest[0])
        if len(rest) == 1:
            found, delta = [], loss_slope(a, x)
        else:
            found, above = walk(np.where(a > 0, a, 0), rest[1:])
            delta = np.where(a > 0, above, 0)
        return [layer_gradients(z, delta, len(h[0, 0]) // 2), *found], back_through(delta, h)

    return walk(v, layers)[0]


def numeric_gradients(loss, layers, step=1e-5):
    parts = [part for pair in layers for part in pair]
    ends = np.cumsum([0] + [part.size for part in parts])
    flat = np.concatenate([part.ravel() for part in parts])

    def rebuilt(vector):
        cut_up = [vector[a:b].reshape(part.shape) for a, b, part in zip(ends, ends[1:], parts)]
        return list(zip(cut_up[::2], cut_up[1::2]))

    slopes = [
        loss(rebuilt(flat + step * unit)) - loss(rebuilt(flat - step * unit)) for unit in np.eye(len(flat))
    ]
    return rebuilt(np.array(slopes) / (2 * step))
