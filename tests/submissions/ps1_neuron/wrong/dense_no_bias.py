"""Forgets the bias.

loses:
    dense_test 3
    mlp_output 4
    mlp_stages 3
"""


# %% mlp
def dense(X, W, b):
    return X @ W.T


def mlp_forward(X, layers, hidden, output):
    stages = [X]
    for number, (W, b) in enumerate(layers, start=1):
        activation = output if number == len(layers) else hidden
        stages.append(activation(dense(stages[-1], W, b)))
    return stages
