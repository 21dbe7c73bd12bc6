"""einsum, results in column order, views of larger arrays."""


# %% neuron
def neuron(X, w, b, activation):
    return activation(np.einsum("bi,i->b", X, w) + b)


# %% mlp
def dense(X, W, b):
    larger = np.zeros((len(b) + 1, len(X)))
    larger[:-1] = np.einsum("oi,bi->ob", W, X) + b[:, None]
    return larger[:-1].T


def mlp_forward(X, layers, hidden, output):
    activations = [hidden] * (len(layers) - 1) + [output]
    return list(
        itertools.accumulate(
            zip(layers, activations, strict=True), lambda h, layer: layer[1](dense(h, *layer[0])), initial=X
        )
    )
