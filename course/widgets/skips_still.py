"""The skips explorer without a front end: a still picture and a description in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from course.arithmetic.derive import figure
from course.arithmetic.table import times
from course.widgets.architecture_still import outline
from course.widgets.numbers import decimal
from course.widgets.skips_model import gate
from course.widgets.svg import FAINT, INK, MARK, document, text

if TYPE_CHECKING:
    from course.widgets.skips import SkipExplorer

__all__ = ["picture", "words"]

WIDE, HIGH, BOX, TALL, CIRCLE, LEFT = 104.0, 84.0, 88.0, 44.0, 32.0, 16.0
SIGNS = {"add": "M-5 0H5M0-5V5", "gate": "M-5 0H5M0-5V5", "concat": "M-2.5-5V5M2.5-5V5"}
NAMES = {
    "plain": "plain",
    "highway": "highway",
    "residual": "residual",
    "dense": "dense",
    "unet": "U-Net",
    "unetpp": "UNet++",
}


def reads(node: dict[str, Any], names: dict[str, str]) -> str:
    """Return what a node reads, by name."""
    return ", ".join(names[one] for one in node["inputs"])


def ways(explorer: SkipExplorer) -> str:
    """Return the ways for the gradient in one line."""
    found = explorer.network["paths"]
    many = f"{found['count']} way{'' if found['count'] == 1 else 's'}"
    return f"{many} for the gradient: {found['formula']} = {found['numbers']} = {decimal(found['value'])} ({found['note']})"


def head(explorer: SkipExplorer) -> str:
    """Return kind, shapes and parameters in one line."""
    net = explorer.network
    start = times(net["nodes"][0]["shape"]) if net["nodes"] else "the input"
    end = times(net["output"]) if net["output"] else "does not fit"
    return f"{NAMES[explorer.kind]}: {start} → {end}, {figure(net['parameters'])} parameters{' so far' if net['problem'] else ''}"


def words(explorer: SkipExplorer) -> str:
    """Describe the network: every node with what it reads, its shape and parameters; joins, lengths, ways."""
    net = explorer.network
    names = {node["id"]: node["name"] for node in net["nodes"]}
    found = [f"Skips explorer. {head(explorer)}."]
    if net["problem"]:
        mend = net["problem"]["mend"]
        found.append(
            f"It does not fit: {net['problem']['text']}." + (f" Set {mend['words']}." if mend else "")
        )
    for node in net["nodes"]:
        source = f" reads {reads(node, names)}," if node["inputs"] else ""
        told = f" {node['told']}," if node["told"] else ""
        idle = ", not computed" if node["idle"] else ""
        found.append(
            f"{node['name']}: {node['does']},{source}{told} output {times(node['shape'])}, parameters {node['sum']}{idle}"
        )
    if net["levels"]:
        for axis, one in net["levels"].items():
            steps = (
                " → ".join(str(row[1]) for row in one["left"])
                + " → "
                + " → ".join(str(row[4]) for row in one["right"])
            )
            found.append(
                f"{axis}: {one['why'] or steps}; the next that work: {' and '.join(map(str, one['next'])) or 'none'}"
            )
    if explorer.kind == "highway":
        values = gate(explorer.state)
        mixed = f"T·{decimal(explorer.transformed)} + (1 − T)·{decimal(explorer.carried)}"
        found.append(
            f"gate: T = σ({decimal(explorer.gate_bias)}) = {decimal(values['t'])}, y = {mixed} = {decimal(values['y'])}"
        )
    found.append(f"{ways(explorer)}.")
    if explorer.code:
        found.append(explorer.code)
    return "\n".join(found)


def picture(explorer: SkipExplorer) -> str:
    """Draw the nodes in their columns and rows, the chosen one framed, and its sums below."""
    net = explorer.network
    nodes = net["nodes"]
    parts = [text(LEFT, 28, head(explorer), size=13, style='font-weight="600"')]
    bottom, right = 44.0, 420.0
    lines: list[tuple[str, str]] = []
    if nodes:
        body, bottom, right = drawing(nodes, explorer.chosen)
        parts += body
        chosen = next((node for node in nodes if node["id"] == explorer.chosen), nodes[-1])
        names = {node["id"]: node["name"] for node in nodes}
        lines.append((f"{chosen['name']}: {chosen['does']}", INK))
        if chosen["inputs"]:
            lines.append(
                (f"reads {reads(chosen, names)}{'; ' + chosen['told'] if chosen['told'] else ''}", INK)
            )
        lines.append((f"output {times(chosen['shape'])}, parameters {chosen['sum']}", INK))
    if net["problem"]:
        lines.insert(0, (f"It does not fit: {net['problem']['text']}", "#9a4a00"))
    lines.append((ways(explorer), INK))
    for line, fill in lines:
        short = line if len(line) <= 170 else line[:169] + "…"
        bottom += 19
        right = max(right, 6.6 * len(short) + 2 * LEFT)
        parts.append(text(LEFT, bottom, short, size=11.5, fill=fill))
    return document(
        max(right, 7.3 * len(head(explorer)) + 2 * LEFT),
        bottom + 18,
        "Skips explorer",
        words(explorer),
        parts,
    )


def drawing(nodes: list[dict[str, Any]], chosen: str) -> tuple[list[str], float, float]:
    """Return the parts of the picture, its lower edge and its right edge."""
    first = min(node["row"] for node in nodes)
    single = len({node["row"] for node in nodes}) < 3
    at = {node["id"]: node for node in nodes}

    def rise(source: dict[str, Any], target: dict[str, Any]) -> float:
        same = source["row"] == target["row"]
        between = sum(
            same and n["row"] == source["row"] and source["column"] < n["column"] < target["column"]
            for n in nodes
        )
        if not between:
            return 0.0
        far = float(target["column"] - source["column"])
        return 26 + 13 * far if single else min(38.0, 16 + 5 * between)

    links = [(at[source], node) for node in nodes for source in node["inputs"]]
    top = 44 + max([16.0, *(rise(a, b) * 0.75 + 12 - (a["row"] - first) * HIGH for a, b in links)])

    def place(node: dict[str, Any]) -> dict[str, Any]:
        circle = node["kind"] in SIGNS
        w, h = (CIRCLE, CIRCLE) if circle else (BOX, TALL)
        x, y = (
            LEFT + node["column"] * WIDE + (BOX - w) / 2,
            top + (node["row"] - first) * HIGH + (TALL - h) / 2,
        )
        return {"x": x, "y": y, "w": w, "h": h, "kind": "join" if circle else node["kind"]}

    boxes = {node["id"]: place(node) for node in nodes}
    parts = []
    for source, target in links:
        a, b = boxes[source["id"]], boxes[target["id"]]
        ax, bx, ay, by = a["x"] + a["w"] / 2, b["x"] + b["w"] / 2, a["y"] + a["h"] / 2, b["y"] + b["h"] / 2
        if lift := rise(source, target):
            way = f"M{ax:g} {a['y']:g}C{ax:g} {a['y'] - lift:g} {bx:g} {b['y'] - lift:g} {bx:g} {b['y']:g}l-3 -5m3 5l3 -5"
        elif min(a["x"] + a["w"], b["x"] + b["w"]) - max(a["x"], b["x"]) > 10:  # above each other
            x = (min(a["x"] + a["w"], b["x"] + b["w"]) + max(a["x"], b["x"])) / 2
            up = by < ay
            way = f"M{x:g} {a['y'] + (0 if up else a['h']):g}V{b['y'] + (b['h'] if up else 0):g}"
            way += "l-3 5m3 -5l3 5" if up else "l-3 -5m3 5l3 -5"
        else:
            x1, x2 = a["x"] + a["w"], b["x"]
            bend = max(8.0, (x2 - x1) / 2)
            way = f"M{x1:g} {ay:g}C{x1 + bend:g} {ay:g} {x2 - bend:g} {by:g} {x2:g} {by:g}l-5 -3m5 3l-5 3"
        dash = ' stroke-dasharray="3 3"' if source["idle"] or target["idle"] else ""
        parts.append(
            f'<path d="{way}" fill="none" stroke="{INK if lift else FAINT}" stroke-width="1.3"{dash}/>'
        )
    for node in nodes:
        box = boxes[node["id"]]
        middle, circle = box["x"] + box["w"] / 2, box["kind"] == "join"
        parts.append(outline(box))
        if circle:
            parts.append(
                f'<path d="{SIGNS[node["kind"]]}" transform="translate({middle:g} {box["y"] + box["h"] / 2:g})" stroke="{INK}" stroke-width="1.8" fill="none"/>'
            )
        if node["id"] == chosen:
            parts.append(
                f'<rect x="{box["x"] - 2:g}" y="{box["y"] - 2:g}" width="{box["w"] + 4:g}" height="{box["h"] + 4:g}" rx="4" fill="none" stroke="{MARK}" stroke-width="2.5"/>'
            )
        y = box["y"] + box["h"] + 13 if circle else box["y"] + 19
        fill = FAINT if node["idle"] else INK
        parts += [
            text(middle, y, node["name"], size=11, fill=fill, anchor="middle", style='font-weight="700"'),
            text(middle, y + 14, times(node["shape"]), size=10.5, fill=FAINT, anchor="middle"),
        ]
    bottom = max(box["y"] + box["h"] for box in boxes.values()) + 34
    return parts, bottom, max(box["x"] + box["w"] for box in boxes.values()) + LEFT
