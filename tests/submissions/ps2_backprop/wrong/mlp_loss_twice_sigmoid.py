"""Takes the sigmoid before a loss that takes it again.

loses:
    mlp_value 2
    train_losses 1
"""


# %% mlp_loss
def mlp_loss(parameters, x, y):
    h = sigmoid(x @ parameters["W1"].T + parameters["b1"])
    return bce_with_logits(sigmoid(h @ parameters["W2"].T + parameters["b2"]), y)
