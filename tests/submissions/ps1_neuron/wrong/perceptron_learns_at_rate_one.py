"""Trains with rate 1 whatever it is asked.

loses:
    perceptron_weights 3
"""


# %% perceptron
def perceptron_step(w, b, x, y, eta):
    mistake = y - int(w @ x + b > 0)
    return w + eta * mistake * x, b + eta * mistake


def train_perceptron(X, y, eta=1.0, epochs=100):
    w, b = np.zeros(X.shape[1]), 0.0
    for epoch in range(1, epochs + 1):
        mistakes = 0
        for x, target in zip(X, y):
            mistakes += int(w @ x + b > 0) != target
            w, b = perceptron_step(w, b, x, target, 1.0)
        if mistakes == 0:
            break
    return w, b, epoch
