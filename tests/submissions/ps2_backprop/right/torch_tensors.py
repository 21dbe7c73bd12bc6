"""torch's tensors as a calculator: no layer, no loss, no automatic differentiation."""

# %% mlp_gradients
import torch


def mlp_gradients(parameters, x, y):
    W1, b1, W2, b2 = (torch.from_numpy(parameters[name].copy()) for name in ("W1", "b1", "W2", "b2"))
    x, y = torch.from_numpy(x.copy()), torch.from_numpy(y.copy())
    h = torch.sigmoid(x @ W1.T + b1)
    delta = (torch.sigmoid(h @ W2.T + b2) - y) / len(x)
    before = (delta @ W2) * h * (1 - h)
    found = {"W1": before.T @ x, "b1": before.sum(0), "W2": delta.T @ h, "b2": delta.sum(0)}
    return {name: value.numpy() for name, value in found.items()}


# %% epoch_batches
import torch


def epoch_batches(samples, batch_size, epochs, seed):
    source = torch.Generator().manual_seed(seed)
    orders = [torch.randperm(samples, generator=source) for _ in range(epochs)]
    return [[batch.numpy() for batch in order.split(batch_size)] for order in orders]
