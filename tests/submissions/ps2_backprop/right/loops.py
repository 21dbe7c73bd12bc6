"""Plain loops over samples, units and inputs, as the formulas are written."""

# %% d_sigmoid
import math

import numpy as np


def d_sigmoid(z):
    slopes = [math.exp(-abs(value)) / (1 + math.exp(-abs(value))) ** 2 for value in np.ravel(z).tolist()]
    return np.reshape(slopes, np.shape(z))


# %% dense_backward
import numpy as np


def dense_backward(delta, x, W):
    dx, dW, db = np.zeros(x.shape), np.zeros(W.shape), np.zeros(len(W))
    for i in range(len(x)):
        for j in range(len(W)):
            db[j] += delta[i, j]
            for k in range(x.shape[1]):
                dW[j, k] += delta[i, j] * x[i, k]
                dx[i, k] += delta[i, j] * W[j, k]
    return dx, dW, db


# %% softmax_gradient
import math

import numpy as np


def softmax_gradient(z, y):
    rows = []
    for row, label in zip(z.tolist(), y.tolist(), strict=True):
        powers = [math.exp(value - max(row)) for value in row]
        rows.append([(power / sum(powers) - (k == label)) / len(z) for k, power in enumerate(powers)])
    return np.array(rows)


# %% bce_with_logits
import math


def bce_with_logits(z, y):
    total = 0.0
    for logit, target in zip(z.ravel().tolist(), y.ravel().tolist(), strict=True):
        total += max(logit, 0) - target * logit + math.log1p(math.exp(-abs(logit)))
    return total / z.size


# %% epoch_batches
import random

import numpy as np


def epoch_batches(samples, batch_size, epochs, seed):
    source = random.Random(seed)
    schedule = []
    for _ in range(epochs):
        left, batches = list(range(samples)), []
        while left:
            batch = []
            while left and len(batch) < batch_size:
                batch.append(left.pop(source.randrange(len(left))))
            batches.append(np.array(batch))
        schedule.append(batches)
    return schedule
