"""Divides by ŷ(1 − ŷ) and multiplies by it again: 0/0 for large logits.

loses:
    mlp_b2 2
"""


# %% mlp_gradients
def mlp_gradients(parameters, x, y):
    h = sigmoid(x @ parameters["W1"].T + parameters["b1"])
    y_hat = sigmoid(h @ parameters["W2"].T + parameters["b2"])
    delta = (y_hat - y) / (y_hat * (1 - y_hat)) * (y_hat * (1 - y_hat)) / len(x)
    back = (delta @ parameters["W2"]) * h * (1 - h)
    return {"W1": back.T @ x, "b1": back.sum(axis=0), "W2": delta.T @ h, "b2": delta.sum(axis=0)}
