"""Applies both functions to the last layer.

loses:
    mlp_output 4
"""


# %% mlp
def dense(X, W, b):
    return X @ W.T + b


def mlp_forward(X, layers, hidden, output):
    stages = [X]
    for number, (W, b) in enumerate(layers, start=1):
        stages.append(hidden(dense(stages[-1], W, b)))
    return [*stages[:-1], output(stages[-1])]
