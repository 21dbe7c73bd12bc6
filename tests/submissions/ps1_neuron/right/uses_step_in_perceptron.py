"""The perceptron with its own step on a single number, and a loop of its own."""


# %% perceptron
def perceptron_step(w, b, x, y, eta):
    delta = eta * (y - step(np.dot(w, x) + b))
    return w + delta * x, b + delta


def train_perceptron(X, y, eta=1.0, epochs=100):
    w, b = np.zeros_like(X[0]), 0
    for run in range(1, epochs + 1):
        seen = [perceptron_step(w, b, X[0], y[0], eta)]
        for x, target in list(zip(X, y))[1:]:
            seen.append(perceptron_step(*seen[-1], x, target, eta))
        previous = [(w, b), *seen]
        (w, b) = seen[-1]
        if all(np.array_equal(u[0], v[0]) and u[1] == v[1] for u, v in itertools.pairwise(previous)):
            break
    return w, b, run
