"""The skips explorer's typical event at its largest: a slider of UNet++ with six poolings, everything drawn anew."""

STATE = {"kind": "unetpp", "depth": 6, "channels": 16, "size": [128, 128]}

GESTURE = """(root, i) => {
  const slider = root.querySelector('input[type=range][aria-label="Channels"]');
  slider.value = 16 + (i % 40);
  slider.dispatchEvent(new Event("input", { bubbles: true }));
}"""

PEER = """import ipywidgets
import matplotlib.pyplot as plt
def show(channels):
    depth = 6
    fig, ax = plt.subplots(figsize=(11, 5))
    total = 0
    for j in range(depth + 1):
        for i in range(depth + 1 - j):
            width = channels * 2**i
            before = (1 if i == 0 else width // 2) if j == 0 else (j + 1) * width
            count = (9 * before + 1) * width + (9 * width + 1) * width + (8 * width**2 + width if j else 0)
            total += count
            ax.annotate(f"X{i},{j}\\n{width}", (i + 2 * j, -i), ha="center", bbox={"boxstyle": "round", "fc": "C0"})
            for k in range(j):
                ax.plot([i + 2 * k, i + 2 * j], [-i, -i], color="0.6")
    ax.set(xlim=(-1, 13), ylim=(-7, 1), title=f"{total:,} parameters")
    plt.show()
ipywidgets.interact(show, channels=ipywidgets.IntSlider(16, 1, 64))"""
