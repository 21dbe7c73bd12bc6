"""NumPy's own log-sum-exp, and the binary loss as two classes."""


# %% activations
def step(z):
    return np.where(z > 0, 1.0, 0.0)


def sigmoid(z):
    return np.exp(-np.logaddexp(0, -z))


def relu(z):
    return np.maximum(z, 0)


# %% softmax
def log_softmax(Z):
    return Z - np.logaddexp.reduce(Z, axis=1, keepdims=True)


def softmax(Z):
    return np.exp(log_softmax(Z))


# %% losses
def binary_cross_entropy(logits, targets):
    return np.mean(targets * np.logaddexp(0, -logits) + (1 - targets) * np.logaddexp(0, logits))


def cross_entropy(logits, labels):
    n, k = logits.shape
    return float(-(one_hot(labels, k) * log_softmax(logits)).sum() / n)
