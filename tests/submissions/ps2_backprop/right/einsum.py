"""Everything by einsum and by closed formulas for the two layers at once."""

# %% dense_backward
import numpy as np


def dense_backward(delta, x, W):
    return np.einsum("no,oi->ni", delta, W), np.einsum("no,ni->oi", delta, x), np.einsum("no->o", delta)


# %% mlp_loss
import numpy as np


def mlp_loss(parameters, x, y):
    W1, b1, W2, b2 = (parameters[name] for name in ("W1", "b1", "W2", "b2"))
    z = np.einsum("ou,nu->no", W2, sigmoid(np.einsum("ud,nd->nu", W1, x) + b1)) + b2
    return np.where(y == 1, np.logaddexp(0, -z), np.logaddexp(0, z)).mean()


# %% mlp_gradients
import numpy as np


def mlp_gradients(parameters, x, y):
    W1, b1, W2, b2 = (parameters[name] for name in ("W1", "b1", "W2", "b2"))
    h = sigmoid(np.einsum("ud,nd->nu", W1, x) + b1)
    error = (sigmoid(np.einsum("ou,nu->no", W2, h) + b2) - y) / len(x)
    back = np.einsum("no,ou,nu,nu->nu", error, W2, h, 1 - h)
    return {
        "W2": np.einsum("no,nu->ou", error, h),
        "b2": np.einsum("no->o", error),
        "W1": np.einsum("nu,nd->ud", back, x),
        "b1": np.einsum("nu->u", back),
    }


# %% residual_gradients
import numpy as np


def residual_gradients(W, x, t):
    dx, dW = np.zeros(x.shape), np.zeros(W.shape)
    for i, (row, target) in enumerate(zip(x, t, strict=True)):
        a = np.tanh(W @ row)
        c = np.tanh(W @ a)
        error = (a + c - target) / len(x)
        inner = np.diag(1 - a**2) @ (np.eye(len(W)) + W.T @ np.diag(1 - c**2)) @ error
        dx[i] = W.T @ inner
        dW += np.outer(inner, row) + np.outer((1 - c**2) * error, a)
    return dx, dW
