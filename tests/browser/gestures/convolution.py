"""Hovering over outputs of the largest convolution (16×16, 4 to 4 channels, 7×7), and the same with interact and matplotlib."""

STATE = {
    "image": [[[(i * j + c) % 10 for j in range(16)] for i in range(16)] for c in range(4)],
    "kernel": [
        [[[(u - v + o - i) / 4 for v in range(7)] for u in range(7)] for i in range(4)] for o in range(4)
    ],
    "padding": [3, 3],
    "bias": [1, 2, 3, 4],
}

# The mouse goes to another output: its window, its 49 products and its four channels' sums are shown.
GESTURE = """(root, i) => {
  const cells = root.querySelectorAll(".cx-pane-output .cx-cell");
  cells[(i * 37) % cells.length].dispatchEvent(new PointerEvent("pointerover", { bubbles: true }));
}"""

PEER = """
import matplotlib.pyplot as plt
import torch
from ipywidgets import interact

image = torch.tensor([[[(i * j + c) % 10 for j in range(16)] for i in range(16)] for c in range(4)]).float()
layer = torch.nn.Conv2d(4, 4, 7, padding=3)

@interact(row=(0, 15), column=(0, 15), output=(0, 3))
def show(row=0, column=0, output=0):
    with torch.no_grad():
        y = layer(image)[output]
    fig, (left, middle, right) = plt.subplots(1, 3, figsize=(11, 4))
    left.imshow(image[0], cmap="gray")
    left.add_patch(plt.Rectangle((column - 3.5, row - 3.5), 7, 7, fill=False, color="purple", lw=2))
    middle.imshow(layer.weight[output, 0].detach(), cmap="RdBu")
    right.imshow(y, cmap="RdBu")
    right.add_patch(plt.Rectangle((column - 0.5, row - 0.5), 1, 1, fill=False, color="purple", lw=2))
    right.set_title(f"y[{output}, {row}, {column}] = {y[row, column]:.3f}")
    plt.show()
"""
