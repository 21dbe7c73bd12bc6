"""The perceptron's rule with conditions, in place on copies; training with a flag."""


# %% perceptron
def perceptron_step(w, b, x, y, eta):
    w = w.copy()
    if w @ x + b > 0:
        if y == 0:
            w -= eta * x
            b -= eta
    elif y == 1:
        w += eta * x
        b += eta
    return w, b


def train_perceptron(X, y, eta=1.0, epochs=100):
    w, b, run, learning = np.zeros(len(X[0])), 0.0, 0, True
    while learning and run < epochs:
        run, learning = run + 1, False
        for sample in range(len(X)):
            new_w, new_b = perceptron_step(w, b, X[sample], y[sample], eta)
            learning = learning or not (new_b == b and np.array_equal(new_w, w))
            w, b = new_w, new_b
    return w, np.float64(b), np.int64(run)
