"""Writes into the caller's weights where the answer was too high.

loses:
    perceptron_unchanged 1
"""


# %% perceptron
def perceptron_step(w, b, x, y, eta):
    said = int(w @ x + b > 0)
    if y > said:
        w, b = w + eta * x, b + eta
    elif y < said:
        w -= eta * x
        b -= eta
    return w, b


def train_perceptron(X, y, eta=1.0, epochs=100):
    w, b = np.zeros(X.shape[1]), 0.0
    for epoch in range(1, epochs + 1):
        mistakes = 0
        for x, target in zip(X, y):
            mistakes += int(w @ x + b > 0) != target
            w, b = perceptron_step(w, b, x, target, eta)
        if mistakes == 0:
            break
    return w, b, epoch
