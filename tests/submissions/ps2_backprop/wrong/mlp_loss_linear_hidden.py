"""No activation in the hidden layer.

loses:
    mlp_value 2
    train_losses 1
"""


# %% mlp_loss
def mlp_loss(parameters, x, y):
    h = x @ parameters["W1"].T + parameters["b1"]
    return bce_with_logits(h @ parameters["W2"].T + parameters["b2"], y)
