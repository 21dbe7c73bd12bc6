"""The noise on a photograph of 96×96 moved by one slider: in the explorer, and in ipywidgets.interact with scikit-image and matplotlib."""

STATE = {"picture": "camera", "noise": 25}

GESTURE = """(root, i) => {
  const slider = root.querySelector("input[type=range][aria-label='Noise σ']");
  slider.value = 10 + (i % 40);
  slider.dispatchEvent(new Event("input", { bubbles: true }));
}"""

PEER = """
import matplotlib.pyplot as plt, numpy as np
from ipywidgets import interact
from skimage.metrics import peak_signal_noise_ratio, structural_similarity
from course.widgets import RestorationExplorer

original = np.array(RestorationExplorer().original, float).reshape(96, 96)
grain = np.random.default_rng(0).normal(size=original.shape)

@interact(noise=(0, 100))
def show(noise=25):
    bad = original + noise * grain
    ssim, likeness = structural_similarity(original, bad, data_range=255, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, full=True)
    figure, axes = plt.subplots(1, 3, figsize=(12, 4))
    for axis, values, title in zip(axes, (original, bad, likeness), ("original", f"PSNR {peak_signal_noise_ratio(original, bad, data_range=255):.2f} dB", f"SSIM {ssim:.3f}")):
        axis.imshow(values, cmap="gray")
        axis.set_title(title)
    plt.show()
"""
