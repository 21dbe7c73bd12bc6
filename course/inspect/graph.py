"""What diagrams ask of a directed graph: an order, the longest path, what lies before what."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

__all__ = ["main_path", "reaches", "sorted_nodes"]

Pair = tuple[str, str]


def sorted_nodes(keys: Sequence[str], links: Iterable[Pair]) -> list[str]:
    """Return the keys in an order in which every link leads on, keeping the given order where it can.

    >>> sorted_nodes(["c", "a", "b"], [("a", "b"), ("b", "c")])
    ['a', 'b', 'c']
    """
    waiting = dict.fromkeys(keys, 0)
    after: dict[str, list[str]] = {key: [] for key in keys}
    for source, target in set(links):
        waiting[target] += 1
        after[source].append(target)
    place_of = {key: i for i, key in enumerate(keys)}
    ready, done = [key for key in keys if not waiting[key]], []
    while ready:
        key = min(ready, key=place_of.__getitem__)
        ready.remove(key)
        done.append(key)
        for target in after[key]:
            waiting[target] -= 1
            if not waiting[target]:
                ready.append(target)
    if len(done) != len(keys):
        raise AssertionError("the links of a diagram run in a circle")
    return done


def main_path(weights: Mapping[str, float], links: Iterable[Pair]) -> list[str]:
    """Return the keys of the longest path; of equally long ones the heaviest.

    The keys of `weights` are in an order in which every link leads on.

    >>> main_path({"in": 0, "a": 1, "b": 2, "out": 0}, [("in", "a"), ("in", "b"), ("a", "out"), ("b", "out")])
    ['in', 'b', 'out']
    >>> main_path({}, [])
    []
    """
    before: dict[str, list[str]] = {key: [] for key in weights}
    for source, target in links:
        before[target].append(source)
    best: dict[str, tuple[int, float]] = {}
    via: dict[str, str] = {}
    for key, own in weights.items():
        best[key] = (1, own)
        for source in before[key]:
            length, weight = best[source]
            if (length + 1, weight + own) > best[key]:
                best[key], via[key] = (length + 1, weight + own), source
    if not best:
        return []
    path = [max(best, key=best.__getitem__)]
    while path[-1] in via:
        path.append(via[path[-1]])
    return path[::-1]


def reaches(key: str, ends: Iterable[str], before: Mapping[str, Collection[str]]) -> bool:
    """Return True where `key` lies before one of the ends; `before` maps a key to what it reads.

    >>> reaches("a", ["c"], {"c": ["b"], "b": ["a"]}), reaches("c", ["c"], {"c": ["b"], "b": ["a"]})
    (True, False)
    """
    todo = list(ends)
    met = set(todo)
    while todo:
        for found in before.get(todo.pop(), ()):
            if found == key:
                return True
            if found not in met:
                met.add(found)
                todo.append(found)
    return False
