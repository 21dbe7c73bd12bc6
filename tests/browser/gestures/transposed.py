"""Stepping through the stamps of a 16×16 input, the output built up as they come; and the same with interact and matplotlib."""

STATE = {
    "image": [[[(i * j + c) % 10 for j in range(16)] for i in range(16)] for c in range(2)],
    "kernel": [
        [[[(u - v + o - i) / 4 for v in range(4)] for u in range(4)] for i in range(2)] for o in range(2)
    ],
    "stride": [2, 2],
    "padding": [1, 1],
    "so_far": True,
}

# The key N: the next input stamps, and the whole output is added up anew.
GESTURE = """(root, i) => {
  const cell = root.querySelector(".cx-pane-input .cx-cell");
  cell.dispatchEvent(new KeyboardEvent("keydown", { key: "n", bubbles: true, cancelable: true }));
}"""

PEER = """
import matplotlib.pyplot as plt
import torch
from ipywidgets import interact

image = torch.tensor([[[(i * j + c) % 10 for j in range(16)] for i in range(16)] for c in range(2)]).float()
layer = torch.nn.ConvTranspose2d(2, 2, 4, stride=2, padding=1)

@interact(stamps=(0, 256), output=(0, 1))
def show(stamps=1, output=0):
    so_far = image * (torch.arange(256).reshape(16, 16) < stamps)
    with torch.no_grad():
        y = layer(so_far)[output]
    fig, (left, right) = plt.subplots(1, 2, figsize=(9, 4))
    left.imshow(so_far[0], cmap="gray", vmin=0, vmax=9)
    right.imshow(y, cmap="RdBu")
    plt.show()
"""
