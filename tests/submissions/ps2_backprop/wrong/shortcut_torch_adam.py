"""The function behind torch's Adam.

loses:
    adam_moments 2
    adam_first 2
    adam_hundred 3
    train_steps 3
    train_losses 1
    train_xor 2
    train_moons 2
"""

# %% adam_step
import torch
from torch.optim.adam import adam


def adam_step(theta, gradient, m, v, t, rate=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    new, first, second = [torch.tensor(value) for value in (theta, m, v)]
    settings = {"beta1": beta1, "beta2": beta2, "lr": rate, "eps": eps, "weight_decay": 0.0}
    adam(
        [new],
        [torch.tensor(gradient)],
        [first],
        [second],
        [],
        [torch.tensor(t - 1.0)],
        foreach=False,
        amsgrad=False,
        maximize=False,
        **settings,
    )
    return new.numpy(), first.numpy(), second.numpy()
