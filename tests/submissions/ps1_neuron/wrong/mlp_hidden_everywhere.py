"""The activation of the hidden layers stands after the last one too.

loses:
    mlp_output 4
"""


# %% mlp
def dense(X, W, b):
    return X @ W.T + b


def mlp_forward(X, layers, hidden, output):
    stages = [X]
    for number, (W, b) in enumerate(layers, start=1):
        activation = hidden
        stages.append(activation(dense(stages[-1], W, b)))
    return stages
