"""One gesture on the activations explorer, and a notebook cell that does the same with interact and matplotlib."""

STATE = {"activation": "gelu", "view": "chain", "depth": 50, "weight": 1.5}

# The i-th small move of z by the keys, which moves 50 layers, their table and four curves.
GESTURE = """(root, i) => {
  const point = [...root.querySelectorAll(".cx-point")].find((one) => one.checkVisibility());
  point.dispatchEvent(new KeyboardEvent("keydown", { key: i % 40 < 20 ? "ArrowRight" : "ArrowLeft", bubbles: true, cancelable: true }));
}"""

PEER = """
import matplotlib.pyplot as plt
import torch
from ipywidgets import interact

@interact(z=(-10.0, 10.0, 0.1))
def show(z=1.5, depth=50, weight=1.5):
    layers = [torch.tensor(z, dtype=torch.float64, requires_grad=True)]
    for _ in range(depth - 1):
        layers.append(weight * torch.nn.functional.gelu(layers[-1]))
        layers[-1].retain_grad()
    torch.nn.functional.gelu(layers[-1]).backward()
    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 3))
    axis = torch.linspace(-10, 10, 321)
    left.plot(axis, torch.nn.functional.gelu(axis))
    left.plot([layer.item() for layer in layers], [torch.nn.functional.gelu(layer).item() for layer in layers], "o")
    right.semilogy(range(1, depth + 1), [abs(layer.grad.item()) for layer in layers], "o-")
    plt.show()
"""
