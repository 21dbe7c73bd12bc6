"""Folded lines, their sums and the block diagram, of nets with nested names and of calls that are not covered."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from course.widgets.architecture_layout_model import diagram
from course.widgets.architecture_lines_model import cell, lines, parts, sum_of, totals
from course.widgets.architecture_model import QUANTITIES, WHOLE, Document, pack, read

MODULE = "architecture_lines.js"
STEPS = ("conv(8, 3x3, p1)", "bn", "relu", "pool(2)", "tconv(8, 2x2, s2)", "conv(8, 1x1, nobias)", "identity", "up(2)", "dropout(0.5)")  # fmt: skip


def net(dice: random.Random) -> Document:
    """Return a net whose rows have names of one to four parts, some met again, some not called, some not covered."""
    size = dice.choice((16, 32, 64))
    text, names = f"{dice.choice((3, 8))}x{size}x{size}", list[str]()
    path = ["a"]
    for number in range(dice.randint(3, 16)):
        path = [*path[: dice.randint(0, 2)], *(dice.choice("abc") for _ in range(dice.randint(1, 2)))]
        names.append(".".join(path) + (f".r{number}" if dice.random() < 0.7 else ""))
        step = dice.choice(STEPS)
        if dice.random() < 0.25:
            step = f"add({step if step.startswith('conv(8') else 'conv(8, 3x3, p1)'} > relu, conv(8, 1x1))"
        text += f" > {step}"
    text += dice.choice(("", " > gap > flatten > linear(10)"))
    found = read(text)
    used: dict[str, int] = {}
    renamed = {"input": "input"}
    for i, row in enumerate(found["rows"]):
        name = names[i] if i < len(names) else row["name"]
        used[name] = used.get(name, 0) + 1
        renamed[row["name"]] = name if used[name] == 1 else f"{name}#{used[name]}"
        row["inputs"] = [renamed[source] for source in row["inputs"]]
        row["name"] = renamed[row["name"]]
        if dice.random() < 0.05:
            row["multiply_adds"] = None
            row["note"] = "not covered"
    if dice.random() < 0.3:
        last = {
            **found["rows"][-1],
            "name": "idle",
            "inputs": [],
            "takes": [],
            "shape": None,
            "multiply_adds": 0,
            "memory": 0,
            "field": "–",
        }
        found["rows"].append(last)
    return found


def cases() -> Iterator[dict[str, Any]]:
    """Yield every function of the module on nets thrown by dice."""
    dice = random.Random(12)
    for _ in range(60):
        one = net(dice)
        depth = dice.randint(1, 4)
        groups = [line["id"] for line in lines(one, 9) if line["open"] is not None]
        toggled = dice.sample(groups, min(len(groups), dice.randint(0, 3)))
        shown = lines(one, depth, toggled)
        yield {"function": "lines", "arguments": [one, depth, toggled], "result": shown}
        yield {"function": "diagram", "arguments": [one, shown], "result": diagram(one, shown)}
        yield {"function": "totals", "arguments": [one], "result": totals(one)}
        yield {"function": "unpack", "arguments": [pack(one)], "result": one}
        for key in dice.sample([WHOLE, *(line["id"] for line in shown)], min(3, len(shown))):
            quantity = dice.choice(QUANTITIES)
            yield {
                "function": "sumOf",
                "arguments": [one, shown, key, quantity],
                "result": sum_of(one, shown, key, quantity),
            }
            if key == WHOLE or "/" in key:
                yield {"function": "parts", "arguments": [one, shown, key], "result": parts(one, shown, key)}
            else:
                line = next(line for line in shown if line["id"] == key)
                yield {"function": "cell", "arguments": [line, quantity], "result": cell(line, quantity)}
