"""One gesture on the neuron explorer, and a notebook cell that does the same with interact and matplotlib."""

import random

_draw = random.Random(0)

STATE = {
    "points": [[round(_draw.uniform(-2, 2), 2), round(_draw.uniform(-2, 2), 2), i % 2] for i in range(60)],
    "w1": 2,
    "w2": -1,
    "bias": 0.5,
}

# The i-th small shift of the line by the keys: surface, 60 points and arrows, a table of 60 losses and gradients.
GESTURE = """(root, i) => {
  const grip = root.querySelector(".cx-point[aria-label^='Move']");
  grip.dispatchEvent(new KeyboardEvent("keydown", { key: i % 40 < 20 ? "ArrowUp" : "ArrowDown", bubbles: true, cancelable: true }));
}"""

PEER = """
import matplotlib.pyplot as plt
import numpy as np
from ipywidgets import interact

rng = np.random.default_rng(0)
x, y = rng.uniform(-2, 2, (60, 2)), np.arange(60) % 2
a, b = np.meshgrid(np.linspace(-2, 2, 92), np.linspace(-2, 2, 92))

@interact(bias=(-4.0, 4.0, 0.05))
def show(w1=2.0, w2=-1.0, bias=0.5):
    p = 1 / (1 + np.exp(-(x @ [w1, w2] + bias)))
    surface = 1 / (1 + np.exp(-(w1 * a + w2 * b + bias)))
    pull = (y - p)[:, None] * x / 2
    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 4.5))
    left.contourf(a, b, surface, 20, cmap="PuOr_r")
    left.contour(a, b, surface, [0.1, 0.25, 0.5, 0.75, 0.9], colors="k")
    left.scatter(*x.T, c=y, cmap="PuOr_r", edgecolors="k")
    left.quiver(*x.T, *pull.T, angles="xy", scale_units="xy", scale=1)
    right.bar(range(60), -y * np.log(p) - (1 - y) * np.log(1 - p))
    plt.show()
"""
