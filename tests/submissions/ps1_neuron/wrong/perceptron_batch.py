"""Adds up the corrections of an epoch and applies them at its end.

loses:
    perceptron_weights 3
    perceptron_epochs 2
"""


# %% perceptron
def perceptron_step(w, b, x, y, eta):
    mistake = y - int(w @ x + b > 0)
    return w + eta * mistake * x, b + eta * mistake


def train_perceptron(X, y, eta=1.0, epochs=100):
    w, b = np.zeros(X.shape[1]), 0.0
    for epoch in range(1, epochs + 1):
        mistakes = y - (X @ w + b > 0)
        if not mistakes.any():
            break
        w, b = w + eta * mistakes @ X, b + eta * mistakes.sum()
    return w, b, epoch
