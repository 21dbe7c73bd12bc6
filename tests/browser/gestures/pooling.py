"""The pointer moved to another output of a 16×16 picture, and a notebook cell that does the same with interact and matplotlib."""

STATE = {"image": "large", "kind": "average", "window": 3, "stride": 1, "padding": 1, "gradient": "selected"}

# The i-th output hovered: window, sum, the gradient at the output and what becomes of it at the picture, all redrawn.
GESTURE = """(root, i) => {
  const cells = root.querySelectorAll(".cx-pane-output .cx-cell");
  cells[(i * 37) % cells.length].dispatchEvent(new PointerEvent("pointerover", { bubbles: true }));
}"""

PEER = """
import matplotlib.pyplot as plt
import torch
from ipywidgets import interact

torch.manual_seed(0)
x = torch.randint(0, 10, (1, 1, 16, 16)).float().requires_grad_()

@interact(output=(0, 255, 1))
def show(output=0):
    y = torch.nn.functional.avg_pool2d(x, 3, stride=1, padding=1)
    g = torch.zeros(256)
    g[output] = 1
    (gradient,) = torch.autograd.grad(y, x, g.view_as(y))
    fig, axes = plt.subplots(2, 2, figsize=(9, 9))
    for axis, values in zip(axes.flat, (x, y, gradient, g.view(1, 1, 16, 16))):
        values = values.detach()[0, 0]
        axis.imshow(values)
        for (row, column), value in zip(torch.cartesian_prod(torch.arange(16), torch.arange(16)), values.flatten()):
            axis.text(column, row, f"{value:.2g}", ha="center", va="center", fontsize=6)
    plt.show()
"""
