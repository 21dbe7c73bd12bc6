"""A network's rows folded by the parts of their names into the lines of a table, and the sums of what is folded.

``js/architecture_lines.js`` does the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from course.arithmetic.derive import figure
from course.arithmetic.table import times
from course.widgets.architecture_model import WHOLE, Document, Line

__all__ = ["cell", "lines", "parts", "sum_of", "totals"]


def path_of(name: str) -> list[str]:
    """Return the parts of a row's name, without the number of a repeated call."""
    return name.partition("#")[0].split(".")


def added(rows: Iterable[Document]) -> Document:
    """Return what several rows come to; unknown multiply–adds make the sum a least number."""
    rows = list(rows)
    return {
        "shape": next((row["shape"] for row in reversed(rows) if row["shape"] is not None), None),
        "field": rows[-1]["field"],
        "jump": rows[-1]["jump"],
        "known": all(row["multiply_adds"] is not None for row in rows),
        **{name: sum(row[name] or 0 for row in rows) for name in ("parameters", "multiply_adds", "memory")},
    }


def lines(net: Document, depth: int = 1, toggled: Iterable[str] = ()) -> list[Line]:
    """Return the lines of the table: rows, and the groups that hold them, opened to a depth.

    Rows that share the first parts of their names and follow one another make a group, named by all that they share. ``toggled`` names the groups that stand
    the other way than ``depth`` says.

    >>> from course.widgets.architecture_model import read
    >>> net = read("1x8x8 > conv(2, 3x3) @a.x > relu @a.y > conv(2, 3x3) @b")
    >>> [(line["id"], line["level"], line["open"], line["count"]) for line in lines(net)]
    [('a/', 0, False, 2), ('b', 0, None, 1)]
    >>> [line["id"] for line in lines(net, depth=2)], lines(net)[0]["parameters"]
    (['a/', 'a.x', 'a.y', 'b'], 20)

    Returns:
        for each line ``id, name, title, level, open`` (None for a row), ``count``, ``first`` (index of its first row), and the
        figures of its rows together.
    """
    found: list[Line] = []
    changed, seen = set(toggled), dict[str, int]()
    paths = [path_of(row["name"]) for row in net["rows"]]

    def walk(first: int, last: int, shared: int, level: int) -> None:
        while first < last:
            path = paths[first]
            stop = first + 1
            if len(path) > shared + 1:
                while stop < last and paths[stop][: shared + 1] == path[: shared + 1]:
                    stop += 1
            rows = net["rows"][first:stop]
            if len(rows) == 1:
                row = rows[0]
                found.append(
                    {"id": row["name"], "name": row["name"], "title": row["title"], "level": level, "open": None,
                     "count": 1, "first": first, **added(rows)}
                )  # fmt: skip
            else:
                length = shared + 1
                while all(len(one) > length + 1 and one[length] == path[length] for one in paths[first:stop]):
                    length += 1
                name = ".".join(path[:length])
                seen[name] = seen.get(name, 0) + 1
                key = f"{name}/{seen[name] if seen[name] > 1 else ''}"
                opened = (level + 1 < depth) != (key in changed)
                found.append(
                    {"id": key, "name": name, "title": f"{len(rows)} calls", "level": level, "open": opened,
                     "count": len(rows), "first": first, **added(rows)}
                )  # fmt: skip
                if opened:
                    walk(first, stop, length, level + 1)
            first = stop

    walk(0, len(net["rows"]), 0, 0)
    return found


def totals(net: Document) -> Line:
    """Return the last line of the table, whose figures are the sums of all rows."""
    count = len(net["rows"])
    return {"id": WHOLE, "name": "total", "title": f"{count} rows", "level": 0, "open": None, "count": count, "first": 0,
            **added(net["rows"])}  # fmt: skip


def parts(net: Document, shown: Sequence[Line], key: str) -> list[Line]:
    """Return the lines that a group, or the total, adds up: those one level below it.

    >>> from course.widgets.architecture_model import read
    >>> net = read("1x8x8 > conv(2, 3x3) @a.x > relu @a.y > conv(2, 3x3) @b")
    >>> [line["id"] for line in parts(net, lines(net), "whole")], [line["id"] for line in parts(net, lines(net), "a/")]
    (['a/', 'b'], ['a.x', 'a.y'])
    """
    if key == WHOLE:
        return [line for line in lines(net) if line["level"] == 0]
    group = next(line for line in shown if line["id"] == key)
    every = lines(net, depth=99)
    start = next(i for i, line in enumerate(every) if line["id"] == key)
    inside = []
    for line in every[start + 1 :]:
        if line["level"] <= group["level"]:
            break
        if line["level"] == group["level"] + 1:
            inside.append(line)
    return inside


def cell(line: Line, quantity: str) -> str:
    """Return what the table shows of a line."""
    if quantity == "shape":
        return "–" if line["shape"] is None else times(line["shape"]) or "scalar"
    if quantity == "field":
        return str(line["field"])
    least = "≥ " if quantity == "multiply_adds" and not line["known"] else ""
    return least + figure(line[quantity])


def sum_of(net: Document, shown: Sequence[Line], key: str, quantity: str) -> list[str]:
    """Return how a quantity of a line comes about: ``[formula, numbers, result, note]``.

    >>> from course.widgets.architecture_model import read
    >>> net = read("1x8x8 > conv(2, 3x3) @a.x > relu @a.y > conv(2, 3x3) @b")
    >>> sum_of(net, lines(net), "whole", "parameters")
    ['a + b', '20 + 38', '58', '']
    >>> sum_of(net, lines(net), "b", "multiply_adds")
    ['C_out·H_out·W_out·C_in·k·k', '2·4·4·2·3·3', '576', '']
    """
    if key == WHOLE or key.partition("/")[1]:
        line = totals(net) if key == WHOLE else next(line for line in shown if line["id"] == key)
        if quantity in ("shape", "field"):
            note = "of its last row" if key != WHOLE else "of the output"
            return ["", "", cell(line, quantity), note]
        terms = [part for part in parts(net, shown, key) if part[quantity]]
        return [
            " + ".join(part["name"] for part in terms),
            " + ".join(figure(part[quantity]) for part in terms),
            cell(line, quantity),
            "" if line["known"] or quantity != "multiply_adds" else "some calls are not covered",
        ]
    row = next(row for row in net["rows"] if row["name"] == key)
    return list(row["sums"][quantity])
