"""Right gradients; the error is left in the array of the inputs.

loses:
    mlp_W1 4
"""


# %% mlp_gradients
def mlp_gradients(parameters, x, y):
    h = sigmoid(x @ parameters["W1"].T + parameters["b1"])
    delta = (sigmoid(h @ parameters["W2"].T + parameters["b2"]) - y) / len(x)
    back = (delta @ parameters["W2"]) * h * (1 - h)
    slopes = {"W1": back.T @ x, "b1": back.sum(axis=0), "W2": delta.T @ h, "b2": delta.sum(axis=0)}
    x += delta
    return slopes
