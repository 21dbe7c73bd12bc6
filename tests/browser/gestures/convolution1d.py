"""The pointer moved over the Toeplitz matrix of 24 values, and a notebook cell that does the same with interact and matplotlib."""

STATE = {
    "signal": "noise",
    "taps": [1, 2, -1, 0.5, 0.25, -2, 3, 1],
    "operation": "convolution",
    "padding": "full",
    "dilation": 2,
    "transpose": True,
}

# The i-th entry of the matrix hovered: its output's taps, products and sum, its row and its column, all redrawn.
GESTURE = """(root, i) => {
  const cells = root.querySelectorAll(".cx-pane-matrix .cx-cell");
  cells[(i * 37) % cells.length].dispatchEvent(new PointerEvent("pointerover", { bubbles: true }));
}"""

PEER = """
import matplotlib.pyplot as plt
import numpy as np
import scipy.linalg
from ipywidgets import interact

x = np.random.default_rng(0).normal(size=24)
w = np.zeros(15)
w[::2] = [1, 2, -1, 0.5, 0.25, -2, 3, 1]
matrix = scipy.linalg.convolution_matrix(w, 24, "full")

@interact(output=(0, 37, 1))
def show(output=0):
    y = matrix @ x
    fig, (top, middle, bottom) = plt.subplots(3, 1, figsize=(9, 12))
    top.stem(x)
    top.stem(range(24), matrix[output] * x, linefmt="C1")
    middle.stem(y)
    middle.plot([output], [y[output]], "o", color="C1", markersize=10)
    bottom.imshow(matrix)
    bottom.axhline(output, color="C1")
    for row, column in np.argwhere(matrix):
        bottom.text(column, row, f"{matrix[row, column]:.2g}", ha="center", va="center", fontsize=6)
    plt.show()
"""
