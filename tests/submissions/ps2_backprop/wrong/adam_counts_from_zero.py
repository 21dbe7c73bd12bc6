"""Corrects by βᵗ⁺¹. Later exercises stand on their own.

loses:
    adam_first 2
    adam_hundred 3
"""

# %% adam_step
import numpy as np


def adam_step(theta, gradient, m, v, t, rate=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * gradient
    v = beta2 * v + (1 - beta2) * gradient**2
    m_hat = m / (1 - beta1 ** (t + 1))
    v_hat = v / (1 - beta2 ** (t + 1))
    return theta - rate * m_hat / (np.sqrt(v_hat) + eps), m, v


# %% train
import numpy as np


def train(parameters, x, y, schedule, rate):
    def gradients(now, x, y):
        h = sigmoid(x @ now["W1"].T + now["b1"])
        error = (sigmoid(h @ now["W2"].T + now["b2"]) - y) / len(x)
        back = (error @ now["W2"]) * h * (1 - h)
        return {"W1": back.T @ x, "b1": back.sum(axis=0), "W2": error.T @ h, "b2": error.sum(axis=0)}

    now, m, v, losses, t = dict(parameters), {}, {}, [], 0
    for epoch in schedule:
        for batch in epoch:
            t += 1
            for name, slope in gradients(now, x[batch], y[batch]).items():
                m[name] = 0.9 * m.get(name, 0.0) + 0.1 * slope
                v[name] = 0.999 * v.get(name, 0.0) + 0.001 * slope**2
                root = np.sqrt(v[name] / (1 - 0.999**t)) + 1e-8
                now[name] = now[name] - rate * m[name] / (1 - 0.9**t) / root
        losses.append(mlp_loss(now, x, y))
    return now, losses
