"""The architecture explorer's typical event at its largest: pointing at one row after another of ResNet-50, all 187 unfolded."""

STATE = {"model": "resnet50", "depth": 9}

GESTURE = """(root, i) => {
  const rows = root.querySelectorAll(".cx-nettable tbody tr");
  rows[(7 * i) % rows.length].dispatchEvent(new PointerEvent("pointerover", { bubbles: true }));
}"""

PEER = """import ipywidgets
import matplotlib.pyplot as plt
from course.inspect import card_of
card = card_of("resnet50")
def show(row):
    one = card.rows[row]
    fig, ax = plt.subplots(figsize=(9, 2.5))
    ax.bar(range(len(card.rows)), [r.output_shape[0] for r in card.rows], color=["C1" if i == row else "C0" for i in range(len(card.rows))])
    ax.set_title(f"{one.name}: {one.title}")
    plt.show()
    for quantity in ("shape", "parameters", "multiply_adds", "field", "memory"):
        print(card.explain(one, quantity))
ipywidgets.interact(show, row=ipywidgets.IntSlider(0, 0, len(card.rows) - 1))"""
