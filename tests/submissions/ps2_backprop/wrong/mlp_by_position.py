"""Unpacks the dictionary in the order that it happens to have.

loses:
    mlp_value 2
    mlp_b2 2
    mlp_W2 3
    mlp_b1 3
    mlp_W1 4
    train_steps 3
"""


# %% mlp_loss
def mlp_loss(parameters, x, y):
    W1, b1, W2, b2 = parameters.values()
    return bce_with_logits(sigmoid(x @ W1.T + b1) @ W2.T + b2, y)


# %% mlp_gradients
def mlp_gradients(parameters, x, y):
    W1, b1, W2, b2 = parameters.values()
    h = sigmoid(x @ W1.T + b1)
    delta = (sigmoid(h @ W2.T + b2) - y) / len(x)
    back = (delta @ W2) * h * (1 - h)
    return {"W1": back.T @ x, "b1": back.sum(axis=0), "W2": delta.T @ h, "b2": delta.sum(axis=0)}
