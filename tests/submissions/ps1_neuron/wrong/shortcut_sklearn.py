"""Asks scikit-learn.

loses:
    perceptron_weights 3
    perceptron_epochs 2
    one_hot_test 2
"""


# %% perceptron
def perceptron_step(w, b, x, y, eta):
    mistake = y - int(w @ x + b > 0)
    return w + eta * mistake * x, b + eta * mistake


def train_perceptron(X, y, eta=1.0, epochs=100):
    from sklearn.linear_model import Perceptron

    model = Perceptron(eta0=eta, max_iter=epochs, shuffle=False, tol=None).fit(X, y)
    return model.coef_[0], float(model.intercept_[0]), model.n_iter_


# %% one_hot
def one_hot(labels, classes):
    if labels.min() < 0 or labels.max() >= classes:
        raise ValueError("no such class")
    from sklearn.preprocessing import label_binarize

    return label_binarize(labels, classes=range(classes)).astype(float)
