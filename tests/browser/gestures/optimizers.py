"""One gesture on the optimizer race, and a notebook cell that does the same with interact and matplotlib."""

STATE = {
    "surface": "himmelblau", "start": [0, 0], "runners": ["sgd", "momentum", "nesterov", "rmsprop", "adagrad", "adam", "adamw"],
    "sgd": 0.01, "momentum": 0.005, "nesterov": 0.005, "rmsprop": 0.05, "adagrad": 1, "adam": 0.2, "adamw": 0.2, "steps": 500,
}  # fmt: skip

# The i-th small move of the start by the keys, which runs all seven optimizers for 500 steps again.
GESTURE = """(root, i) => {
  root.querySelector(".cx-start").dispatchEvent(new KeyboardEvent("keydown", { key: i % 40 < 20 ? "ArrowRight" : "ArrowLeft", bubbles: true, cancelable: true }));
}"""

PEER = """
import matplotlib.pyplot as plt
import torch
from ipywidgets import interact

def loss(x, y):
    return (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2

axis = torch.linspace(-5, 5, 100)
ground = loss(axis[None, :], axis[:, None])
optim = torch.optim
runners = {
    "SGD": lambda p: optim.SGD(p, 0.01), "Momentum": lambda p: optim.SGD(p, 0.005, momentum=0.9),
    "Nesterov": lambda p: optim.SGD(p, 0.005, momentum=0.9, nesterov=True), "RMSprop": lambda p: optim.RMSprop(p, 0.05),
    "Adagrad": lambda p: optim.Adagrad(p, 1), "Adam": lambda p: optim.Adam(p, 0.2), "AdamW": lambda p: optim.AdamW(p, 0.2),
}

@interact(x=(-5.0, 5.0, 0.1))
def show(x=0.0, y=0.0, steps=500):
    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 4))
    left.contour(axis, axis, ground, levels=[1, 5, 15, 40, 80, 150, 300, 500])
    for name, make in runners.items():
        place = torch.tensor([x, y], requires_grad=True)
        optimizer, path, losses = make([place]), [], []
        for _ in range(steps):
            optimizer.zero_grad()
            value = loss(*place)
            value.backward()
            path.append(place.tolist())
            losses.append(value.item())
            optimizer.step()
        left.plot(*zip(*path), label=name)
        right.semilogy(losses)
    left.legend()
    plt.show()
"""
