"""One pixel of a 16×16 mask painted: by a drag in the explorer, by a slider in ipywidgets.interact and matplotlib."""

STATE = {"truth": "cells", "prediction": "merged"}

GESTURE = """(root, i) => {
  const grid = root.querySelector(".cx-pane-prediction .cx-mask");
  const { left, top, width, height } = grid.getBoundingClientRect();
  const at = { clientX: left + (width * ((i * 5) % 16 + 0.5)) / 16, clientY: top + (height * ((i * 3) % 16 + 0.5)) / 16, pointerId: 1, bubbles: true, button: 0 };
  grid.setPointerCapture = () => {};
  if (i % 8 === 0) {
    grid.dispatchEvent(new PointerEvent("pointerup", at));
    grid.dispatchEvent(new PointerEvent("pointerdown", at));
  } else grid.dispatchEvent(new PointerEvent("pointermove", at));
}"""

PEER = """
import matplotlib.pyplot as plt, numpy as np
from ipywidgets import interact
from scipy import ndimage
from course.widgets import MaskExplorer

start = MaskExplorer("cells", "merged")
truth, prediction = np.array(start.truth), np.array(start.prediction)
labels, n = ndimage.label(truth)
away = np.sort([np.where(labels == k, ndimage.distance_transform_edt(labels == k), ndimage.distance_transform_edt(labels != k)) for k in range(1, n + 1)], axis=0)
weights = 1 + 10 * np.exp(-((away[0] + away[1]) ** 2) / 50)

@interact(pixel=(0, 255))
def show(pixel=0):
    mask = prediction.copy()
    mask.flat[pixel] ^= 1
    figure, axes = plt.subplots(1, 4, figsize=(14, 3.6))
    both, total = (truth & mask).sum(), truth.sum() + mask.sum()
    titles = ("truth", "prediction", f"IoU {both / (total - both):.3f}, Dice {2 * both / total:.3f}", "weights")
    for axis, values, title in zip(axes, (truth, mask, truth + 2 * mask, weights), titles):
        axis.imshow(values)
        axis.set_title(title)
    for (i, j), w in np.ndenumerate(weights):
        axes[3].text(j, i, f"{w:.1f}", ha="center", va="center", fontsize=6)
    plt.show()
"""
