"""What ``make bench-inspect`` prints: a line for each model, then the fields, the differences and the ratios."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from tests.benchmarks.ledger import Term
from tests.benchmarks.nets import OTHERS

OURS, PEERS = "ours", ("torchinfo", "torchinfo meta", "fvcore", "counter", "counter meta")

Results = dict[str, dict[str, Any]]


def ratio(result: dict[str, Any], tool: str) -> float | None:
    """Return how many times as long a tool takes as we do."""
    seconds = result["seconds"]
    return seconds[tool] / seconds[OURS] if tool in seconds else None


def line(name: str, result: dict[str, Any]) -> str:
    """Return a model's line: our time, and the ratios."""
    cells = []
    for tool in PEERS:
        value = ratio(result, tool)
        mark = "'" if result["runs"].get(tool, 3) < result["runs"][OURS] else " "
        cells.append(f"{'failed' if value is None else f'{value:.1f}'}{mark}".rjust(width(tool)))
    return f"{name:<26}{1e3 * result['seconds'][OURS]:>8.0f} ms{''.join(cells)}"


def width(tool: str) -> int:
    """Return the width of a tool's column."""
    return len(tool) + 4


def quartiles(values: list[float]) -> tuple[float, float, float]:
    """Return lower quartile, median, upper quartile."""
    if len(values) == 1:
        return values[0], values[0], values[0]
    low, middle, high = statistics.quantiles(values, n=4, method="inclusive")
    return low, middle, high


def print_ratios(results: Results) -> dict[str, tuple[float, float, float]]:
    """Print and return the median ratio to each peer over torchvision's models, with the quartiles."""
    found = {}
    counted = {name: result for name, result in results.items() if name not in OTHERS}
    print(
        f"\nTime of a peer / time of ours, over {len(counted)} models of torchvision (above 1: ours is faster)"
    )
    print(f"{'':<18}{'median':>8}{'quartiles':>18}{'least':>8}{'most':>8}   slower than us in")
    for tool in PEERS:
        values = [value for result in counted.values() if (value := ratio(result, tool)) is not None]
        if values:
            low, middle, high = found[tool] = quartiles(values)
            span = f"{low:.2f} to {high:.2f}"
            wins = f"{sum(value > 1 for value in values)} of {len(values)}"
            print(f"{tool:<18}{middle:>8.2f}{span:>18}{min(values):>8.2f}{max(values):>8.2f}   {wins}")
    return found


def each_term(results: Results) -> Iterator[tuple[str, str, str, Term]]:
    """Yield model, tool, quantity and term of every difference."""
    for name, result in results.items():
        for tool, quantities in result["differences"].items():
            for quantity, terms in quantities.items():
                for term in terms:
                    yield name, tool, quantity, term


def print_differences(results: Results) -> None:
    """Print every difference with its reasons, then the reasons with how many models they concern."""
    print(
        "\nWhere their figures differ from ours (theirs minus ours; torch's counter halved, since it counts 2 a pair)"
    )
    grouped: dict[tuple[str, str, str], list[Term]] = defaultdict(list)
    reasons: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for name, tool, quantity, term in each_term(results):
        grouped[name, tool, quantity].append(term)
        reasons[tool, quantity, term.reason].append(name)
    for (name, tool, quantity), terms in grouped.items():
        gap, mine = sum(term.amount for term in terms), results[name][quantity]
        share = f" ({100 * gap / mine:+.2f} %)" if mine and results[name]["complete"] else ""
        print(f"{name}  {tool}, {quantity.replace('_', '–')}: {gap:+,}{share}")
        for term in terms:
            print(f"    {term.amount:>+18,}  {term.reason}")
    print("\nThe reasons, and how many models they concern")
    for (tool, quantity, reason), names in sorted(
        reasons.items(), key=lambda item: (item[0][0], -len(item[1]))
    ):
        print(f"{tool:<15}{quantity.replace('_', '–'):<15}{len(names):>4}  {reason} (such as {names[0]})")
    agree = defaultdict(list)
    for name, result in results.items():
        for tool, quantities in result["differences"].items():
            for quantity, terms in quantities.items():
                if not terms and result["complete"]:
                    agree[tool, quantity].append(name)
    complete = sum(result["complete"] for result in results.values())
    print("\nEqual to ours, to the unit, where ours covers all")
    for (tool, quantity), names in agree.items():
        print(f"{tool:<15}{quantity.replace('_', '–'):<15}{len(names):>4} of {complete}")


def print_fields(results: Results) -> None:
    """Print the receptive fields, and what the peers offer."""
    print("\nReceptive field of the output")
    print(f"{'':<26}{OURS:<36}torchinfo, fvcore, torch's counter")
    for name, result in results.items():
        found = result["receptive_field"]
        peers = dict.fromkeys(value for tool, value in found.items() if tool != OURS)
        print(f"{name:<26}{found[OURS]:<36}{' / '.join(peers)}")
