"""Knows one hidden layer and no more.

loses:
    mlp_output 4
    mlp_stages 3
"""


# %% mlp
def dense(X, W, b):
    return X @ W.T + b


def mlp_forward(X, layers, hidden, output):
    stages = [X]
    if len(layers) > 1:
        stages.append(hidden(dense(X, *layers[0])))
    return [*stages, output(dense(stages[-1], *layers[-1]))]
