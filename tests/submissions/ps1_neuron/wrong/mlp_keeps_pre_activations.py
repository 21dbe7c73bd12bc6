"""The stages hold z, not h.

loses:
    mlp_stages 3
"""


# %% mlp
def dense(X, W, b):
    return X @ W.T + b


def mlp_forward(X, layers, hidden, output):
    stages, signal = [X], X
    for W, b in layers[:-1]:
        stages.append(dense(signal, W, b))
        signal = hidden(stages[-1])
    return [*stages, output(dense(signal, *layers[-1]))]
