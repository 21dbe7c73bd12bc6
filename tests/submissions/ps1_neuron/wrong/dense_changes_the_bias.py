"""Multiplies the bias by the size of the batch in the caller's array, and divides the result only.

loses:
    dense_test 3
"""


# %% mlp
def dense(X, W, b):
    b *= len(X)
    return X @ W.T + b / len(X)


def mlp_forward(X, layers, hidden, output):
    stages = [X]
    for W, b in layers[:-1]:
        stages.append(hidden(dense(stages[-1], W, b)))
    W, b = layers[-1]
    return [*stages, output(dense(stages[-1], W, b))]
