"""A network is a layer and a smaller network."""


# %% mlp
def dense(X, W, b):
    return (W @ X.T).T + b[None, :]


def mlp_forward(X, layers, hidden, output):
    (W, b), *rest = layers
    Z = dense(X, W, b)
    return [X, *(mlp_forward(hidden(Z), rest, hidden, output) if rest else [output(Z)])]
