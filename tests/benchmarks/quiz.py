"""How long a question takes to make, kind by kind, beside torch building the same net and finding the same answer.

``make bench`` prints it; nothing here is part of the tests.
"""

from __future__ import annotations

import time
from statistics import mean

from course.quiz import KINDS, draw, kinds_of
from course.quiz.checks import verify

SEEDS = 20


def milliseconds(work, items) -> float:
    """Return the time that some work takes for one of the items, on average."""
    start = time.process_time()
    for item in items:
        work(item)
    return (time.process_time() - start) / len(items) * 1e3


def main() -> None:
    """Print a line a kind, the slowest first, then the average."""
    kinds_of()
    rows = []
    for kind in KINDS.values():
        asked = [(kind.name, level, seed) for level in kind.levels for seed in range(SEEDS)]
        draw(kind.name, 1, "warm")
        verify(draw(kind.name, 1, "warm"))
        made = milliseconds(lambda one: draw(*one), asked)
        judged = milliseconds(verify, [draw(*one) for one in asked[::4]])
        rows.append((made, judged, kind.name))
    print(
        f"{'kind':<22} {'make, ms':>9} {'torch, ms':>10} {'torch/make':>11}   ({SEEDS} seeds at each level)"
    )
    for made, judged, name in sorted(rows, reverse=True):
        print(f"{name:<22} {made:9.2f} {judged:10.2f} {judged / made:11.1f}")
    print(f"{'average':<22} {mean(r[0] for r in rows):9.2f} {mean(r[1] for r in rows):10.2f}")


if __name__ == "__main__":
    main()
