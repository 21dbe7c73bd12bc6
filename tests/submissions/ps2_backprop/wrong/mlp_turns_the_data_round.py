"""Right losses; the samples stand in the opposite order afterwards.

loses:
    mlp_value 2
    train_steps 3
"""


# %% mlp_loss
def mlp_loss(parameters, x, y):
    x[...], y[...] = x[::-1].copy(), y[::-1].copy()
    return bce_with_logits(
        sigmoid(x @ parameters["W1"].T + parameters["b1"]) @ parameters["W2"].T + parameters["b2"], y
    )
