"""What the latency bench does with the receptive field explorer, and the notebook that does the same with sliders."""

STATE = {"net": "vgg16", "channels": 3, "size": [224, 224]}

GESTURE = """(root, i) => {
  const stage = root.querySelector(".cx-stagebox");
  const box = stage.getBoundingClientRect();
  const at = { bubbles: true, clientX: box.left + box.width * (0.35 + 0.3 * ((i * 37) % 60) / 60), clientY: box.top + 16 + ((i * 7) % 40) };
  stage.dispatchEvent(new PointerEvent("pointermove", at));
}"""

PEER = """
import matplotlib.pyplot as plt
from ipywidgets import IntSlider, interact
from course.arithmetic import parse

two, three = "conv(64, 3x3, p1) > conv(64, 3x3, p1) > pool(2)", "conv(64, 3x3, p1) > conv(64, 3x3, p1) > conv(64, 3x3, p1) > pool(2)"
net = parse(" > ".join([two, two, three, three, three]))
report = net.report((3, 224, 224))

@interact(unit=IntSlider(3, 0, 6))
def show(unit):
    fig, ax = plt.subplots(figsize=(8, 4))
    for level, row in enumerate(report.rows):
        jump, start, size = row.field.jump[1], row.field.start[1], row.field.size[1]
        ax.barh(level, width=row.output_shape[2] * jump, left=start + size / 2 - jump / 2, color="lavender", height=0.6)
    extent = report.field.at((unit, unit))[1]
    ax.axvspan(extent.start, extent.stop, alpha=0.3, color="purple")
    ax.set_yticks(range(len(report.rows)), [row.name for row in report.rows])
    plt.show()
"""
