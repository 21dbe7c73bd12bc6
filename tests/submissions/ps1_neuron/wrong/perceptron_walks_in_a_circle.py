"""Stops when an epoch ends where it began, which XOR does with mistakes.

loses:
    perceptron_epochs 2
"""


# %% perceptron
def perceptron_step(w, b, x, y, eta):
    mistake = y - int(w @ x + b > 0)
    return w + eta * mistake * x, b + eta * mistake


def train_perceptron(X, y, eta=1.0, epochs=100):
    w, b = np.zeros(X.shape[1]), 0.0
    for epoch in range(1, epochs + 1):
        before = [*w, b]
        for x, target in zip(X, y):
            w, b = perceptron_step(w, b, x, target, eta)
        if [*w, b] == before:
            break
    return w, b, epoch
