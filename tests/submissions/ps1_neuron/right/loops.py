"""Plain Python loops, entry by entry."""


# %% activations
def each(function, z):
    result = np.empty(z.shape)
    for index in np.ndindex(z.shape):
        result[index] = function(float(z[index]))
    return result


def step(z):
    return each(lambda value: 1.0 if value > 0 else 0.0, z)


def sigmoid(z):
    return each(lambda v: 1 / (1 + math.exp(-v)) if v > 0 else math.exp(v) / (1 + math.exp(v)), z)


def relu(z):
    return each(lambda value: max(value, 0.0), z)


# %% neuron
def neuron(X, w, b, activation):
    z = []
    for x in X:
        total = b
        for value, weight in zip(x, w):
            total += value * weight
        z.append(total)
    return activation(np.array(z))


# %% boundary
def signed_distance(X, w, b):
    length = math.sqrt(sum(weight**2 for weight in w))
    return np.array([(sum(p * q for p, q in zip(x, w)) + b) / length for x in X])


def classify(X, w, b):
    return np.array([1 if sum(p * q for p, q in zip(x, w)) + b > 0 else 0 for x in X])


def nearest_point(w, b):
    t = -b / sum(weight**2 for weight in w)
    return np.array([t * weight for weight in w])


# %% softmax
def softmax(Z):
    rows = []
    for z in Z:
        largest = max(z)
        powers = [math.exp(value - largest) for value in z]
        rows.append([power / sum(powers) for power in powers])
    return np.array(rows)


def log_softmax(Z):
    rows = []
    for z in Z:
        largest = max(z)
        logarithm = largest + math.log(sum(math.exp(value - largest) for value in z))
        rows.append([value - logarithm for value in z])
    return np.array(rows)


# %% one_hot
def one_hot(labels, classes):
    rows = np.zeros((len(labels), classes))
    for row, label in zip(rows, labels):
        if not 0 <= label < classes:
            raise ValueError(f"there is no class {label}")
        row[label] = 1
    return rows


# %% losses
def binary_cross_entropy(logits, targets):
    total = 0.0
    for z, y in zip(logits, targets):
        total += max(z, 0) - z * y + math.log(1 + math.exp(-abs(z)))
    return total / len(logits)


def cross_entropy(logits, labels):
    total = 0.0
    for row, label in zip(log_softmax(logits), labels):
        total -= row[label]
    return total / len(labels)


# %% mlp
def dense(X, W, b):
    return np.array([[sum(p * q for p, q in zip(x, row)) + c for row, c in zip(W, b)] for x in X])


def mlp_forward(X, layers, hidden, output):
    stages = [X]
    for number, (W, b) in enumerate(layers, start=1):
        activation = output if number == len(layers) else hidden
        stages.append(activation(dense(stages[-1], W, b)))
    return stages
