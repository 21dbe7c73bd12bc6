"""One gesture on the hidden-layer explorer, and a notebook cell that does the same with interact and matplotlib."""

import random

_draw = random.Random(0)

STATE = {
    "points": [[round(_draw.uniform(-2, 2), 2), round(_draw.uniform(-2, 2), 2), i % 2] for i in range(60)],
    "units": [[round(_draw.uniform(-2, 2), 2) for _ in range(4)] for _ in range(8)],
    "bias": 0.2,
    "activation": "tanh",
    "rate": 0.05,
    "parameter": 2,
    "pinned": 5,
}

# The i-th step of gradient descent: 8 maps, the output's map, the hidden plane, 33 derivatives and the one written out.
GESTURE = """(root) => root.querySelector("[aria-label='Next step']").click()"""

PEER = """
import matplotlib.pyplot as plt
import torch
from ipywidgets import interact

torch.manual_seed(0)
x, y = torch.rand(60, 2) * 4 - 2, torch.arange(60) % 2.0
line = torch.linspace(-2, 2, 56)
grid = torch.cartesian_prod(line, line)

@interact(steps=(0, 200, 1))
def show(steps=0):
    torch.manual_seed(1)
    hidden = torch.nn.Sequential(torch.nn.Linear(2, 8), torch.nn.Tanh())
    out = torch.nn.Linear(8, 1)
    sgd = torch.optim.SGD([*hidden.parameters(), *out.parameters()], lr=0.05)
    for _ in range(steps):
        sgd.zero_grad()
        torch.nn.functional.binary_cross_entropy_with_logits(out(hidden(x))[:, 0], y).backward()
        sgd.step()
    with torch.no_grad():
        h, made = hidden(grid), hidden(x)
        fig, axes = plt.subplots(2, 5, figsize=(12, 5))
        for k in range(8):
            axes.flat[k].imshow(h[:, k].reshape(56, 56).T, origin="lower", extent=(-2, 2, -2, 2))
        axes.flat[8].contourf(line, line, torch.sigmoid(out(h))[:, 0].reshape(56, 56).T)
        axes.flat[8].scatter(*x.T, c=y)
        axes.flat[9].scatter(made[:, 0], made[:, 2], c=y)
    plt.show()
"""
