"""Unusual ways: pinv, einsum, heaviside, counts as NumPy integers, lists where a pair is asked for."""


# %% activations
def step(z):
    return np.heaviside(z, 0.0).astype(np.float32)


def sigmoid(z):
    return np.exp(-np.logaddexp(0, -z))


def relu(z):
    return z * (z > 0)


# %% boundary
def signed_distance(X, w, b):
    length = np.linalg.norm(w)
    return np.einsum("ij,j->i", X, w / length) + b / length


def classify(X, w, b):
    return np.array([1 if z > 0 else 0 for z in X @ w + b], dtype=np.uint8)


def nearest_point(w, b):
    return np.linalg.pinv(w[None]) @ np.array([-b])


# %% gate
def gate(name):
    w, b = {"AND": ([2, 2], -3), "OR": ([2, 2], -1), "NAND": ([-2, -2], 3)}[name]
    return [np.array(w), np.array(b)]


# %% perceptron
def perceptron_step(w, b, x, y, eta):
    mistake = y - (1 if sum(p * q for p, q in zip(w.tolist(), x.tolist())) + b > 0 else 0)
    return [w + eta * mistake * x, np.float64(b + eta * mistake)]


def train_perceptron(X, y, eta=1.0, epochs=100):
    inputs, v, epoch = np.c_[X, np.ones(len(X))], np.zeros(X.shape[1] + 1), np.int64(0)
    while epoch < epochs:
        epoch += 1
        mistakes = []
        for x, target in zip(inputs, y):
            mistakes.append(target - int(v @ x > 0))
            v = v + eta * mistakes[-1] * x
        if not any(mistakes):
            break
    return [v[:-1], np.array(v[-1]), epoch]


# %% one_hot
def one_hot(labels, classes):
    if not ((labels >= 0) & (labels < classes)).all():
        raise ValueError(f"labels from 0 to {classes - 1}")
    return (np.arange(classes) == labels[:, np.newaxis]).astype("float32")


# %% losses
def binary_cross_entropy(logits, targets):
    wrong_side = np.where(logits > 0, (1 - targets) * logits, -targets * logits)
    return np.mean(wrong_side + np.log1p(np.exp(-abs(logits))))


def cross_entropy(logits, labels):
    return -(one_hot(labels, logits.shape[1]) * log_softmax(logits)).sum() / labels.size


# %% mlp
def dense(X, W, b):
    return np.tensordot(X, W, axes=(1, 1)) + b


def mlp_forward(X, layers, hidden, output):
    (W, b), rest = layers[0], layers[1:]
    if not rest:
        return [X, output(dense(X, W, b))]
    return [X, *mlp_forward(hidden(dense(X, W, b)), rest, hidden, output)]
