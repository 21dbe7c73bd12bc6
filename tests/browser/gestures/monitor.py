"""Reading the largest monitor (1,000 epochs, 300 blocks of steps), one position after another; and the same with matplotlib."""

EPOCHS = 1000
STATE = {
    "title": "A long run",
    "columns": ["train_loss", "val_loss", "val_accuracy", "learning_rate"],
    "rows": [
        [e, 2 / e + 0.01 * (e % 7), 2 / e + 0.3 + 0.02 * (e % 5), 1 - 1 / (e + 1), 1e-3 * 0.99**e]
        for e in range(1, EPOCHS + 1)
    ],
    "steps": [(40 * (i + 1), 3 / (i + 1) + 0.01 * (i % 9)) for i in range(300)],
    "per_epoch": 12,
}

# The mouse goes to another place of the first panel.
GESTURE = """(root, i) => {
  const chart = root.querySelector(".cx-chart");
  const box = chart.getBoundingClientRect();
  const clientX = box.left + 60 + ((i * 37) % 100) / 100 * (box.width - 80);
  chart.dispatchEvent(new PointerEvent("pointermove", { bubbles: true, clientX, clientY: box.top + 50 }));
}"""

PEER = f"""
import matplotlib.pyplot as plt
from ipywidgets import interact

EPOCHS = {EPOCHS}
rows = {{"train_loss": [2 / e + 0.01 * (e % 7) for e in range(1, EPOCHS + 1)],
        "val_loss": [2 / e + 0.3 + 0.02 * (e % 5) for e in range(1, EPOCHS + 1)],
        "val_accuracy": [1 - 1 / (e + 1) for e in range(1, EPOCHS + 1)]}}

def read(epoch=1):
    figure, places = plt.subplots(1, 2, figsize=(9, 3))
    for name, values in rows.items():
        place = places[int(name == "val_accuracy")]
        place.plot(range(1, EPOCHS + 1), values, label=f"{{name}} {{values[epoch - 1]:.4g}}")
        place.axvline(epoch)
        place.legend()
    plt.show()

interact(read, epoch=(1, EPOCHS))
"""
