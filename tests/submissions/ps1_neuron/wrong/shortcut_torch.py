"""Asks torch.

loses:
    sigmoid_test 3
    sigmoid_stable 3
    relu_test 2
    softmax_values 2
    softmax_stable 3
    softmax_unchanged 1
    log_softmax_test 3
    one_hot_test 2
    bce_values 3
    bce_stable 2
    ce_values 4
    ce_stable 2
    dense_test 3
    mlp_output 4
    mlp_stages 3
"""

# %% activations
import torch
import torch.nn.functional as F


def step(z):
    return np.where(z > 0, 1.0, 0.0)


def sigmoid(z):
    return torch.sigmoid(torch.tensor(z)).numpy()


def relu(z):
    return F.relu(torch.tensor(z)).numpy()


# %% softmax
def softmax(Z):
    return torch.softmax(torch.tensor(Z), dim=1).numpy()


def log_softmax(Z):
    return torch.tensor(Z).log_softmax(dim=1).numpy()


# %% one_hot
def one_hot(labels, classes):
    if labels.min() < 0 or labels.max() >= classes:
        raise ValueError("no such class")
    return F.one_hot(torch.tensor(labels), classes).numpy().astype(float)


# %% losses
def binary_cross_entropy(logits, targets):
    return F.binary_cross_entropy_with_logits(torch.tensor(logits), torch.tensor(targets)).item()


def cross_entropy(logits, labels):
    return torch.nn.CrossEntropyLoss()(torch.tensor(logits), torch.tensor(labels)).item()


# %% mlp
def dense(X, W, b):
    return F.linear(torch.tensor(X), torch.tensor(W), torch.tensor(b)).numpy()


def mlp_forward(X, layers, hidden, output):
    stages = [X]
    for number, (W, b) in enumerate(layers, start=1):
        activation = output if number == len(layers) else hidden
        stages.append(activation(dense(stages[-1], W, b)))
    return stages
