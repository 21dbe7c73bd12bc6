"""Asks after each epoch whether all is right, and adds an epoch for it that it may not have.

loses:
    perceptron_epochs 2
"""


# %% perceptron
def perceptron_step(w, b, x, y, eta):
    mistake = y - int(w @ x + b > 0)
    return w + eta * mistake * x, b + eta * mistake


def train_perceptron(X, y, eta=1.0, epochs=100):
    w, b, run = np.zeros(X.shape[1]), 0.0, 0
    while run < epochs:
        for x, target in zip(X, y):
            w, b = perceptron_step(w, b, x, target, eta)
        run += 1
        if np.all((X @ w + b > 0) == y):
            return w, b, run + 1
    return w, b, run
