"""What the answers of a class say of a quiz: difficulty, discrimination, reliability.

All take scores as a table: one row a student who was there, one column a question. Where a figure is not defined (one
student, everybody alike) it is None, never a number that stands for nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction

__all__ = ["alpha", "correlation", "difficulty", "discrimination", "mean", "median", "spread", "upper_lower"]

Rows = Sequence[Sequence[float]]

#: The share of the class in the upper and in the lower group; the best for normal scores (Kelley 1939, J. Educ. Psychol. 30).
SHARE = Fraction(27, 100)


def mean(values: Sequence[float]) -> float | None:
    """Return the mean, None of nothing.

    >>> mean([1, 0.5]), mean([])
    (0.75, None)
    """
    return math.fsum(values) / len(values) if values else None


def median(values: Sequence[float]) -> float | None:
    """Return the median, None of nothing.

    >>> median([3, 1, 2]), median([1, 2]), median([])
    (2, 1.5, None)
    """
    ordered = sorted(values)
    middle = len(ordered) // 2
    if not ordered:
        return None
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def spread(values: Sequence[float]) -> float | None:
    """Return the standard deviation of a sample, None of fewer than two values.

    >>> spread([1, 3]), spread([1])
    (1.4142135623730951, None)
    """
    squares = _squares(values)
    return None if len(values) < 2 else math.sqrt(squares / (len(values) - 1))


def _squares(values: Sequence[float]) -> float:
    """Return the sum of squared deviations from the mean."""
    middle = mean(values) or 0.0
    return math.fsum((v - middle) ** 2 for v in values)


def _varies(values: Sequence[float]) -> bool:
    """Return False where all values are the same but for rounding, which would otherwise be taken for a variance."""
    return max(values) - min(values) > 1e-9 * max(1.0, *(abs(v) for v in values))


def correlation(a: Sequence[float], b: Sequence[float]) -> float | None:
    """Return Pearson's correlation; None of fewer than two pairs, or where one side does not vary.

    >>> correlation([0, 1, 1], [2, 4, 4]), correlation([1, 1], [0, 1])
    (1.0, None)
    """
    if len(a) < 2 or not _varies(a) or not _varies(b):
        return None
    ma, mb = mean(a) or 0.0, mean(b) or 0.0
    together = math.fsum((x - ma) * (y - mb) for x, y in zip(a, b, strict=True))
    return max(-1.0, min(1.0, together / math.sqrt(_squares(a) * _squares(b))))


def difficulty(scores: Sequence[float]) -> float | None:
    """Return a question's difficulty as tests have it, the mean score: 1 where all are right, 0 where none is.

    >>> difficulty([1, 0, 0.5, 1])
    0.625
    """
    return mean(scores)


def discrimination(rows: Rows, question: int, weights: Sequence[float] | None = None) -> float | None:
    """Return how well a question tells strong students from weak ones: the corrected item-total correlation.

    This is the point-biserial correlation where scores are 0 and 1: of the question's scores with the points of all
    *other* questions, since a question correlates with a total that holds it.

    Args:
        rows: scores from 0 to 1.
        question: which column.
        weights: the points of each question; 1 each where not given.

    >>> round(discrimination([[1, 1, 1], [1, 1, 0], [0, 0, 0]], 0), 6)
    0.866025
    """
    if not rows or len(rows[0]) < 2:
        return None
    worth = weights or [1.0] * len(rows[0])
    rest = [
        math.fsum(s * w for i, (s, w) in enumerate(zip(row, worth, strict=True)) if i != question)
        for row in rows
    ]
    return correlation([row[question] for row in rows], rest)


def upper_lower(rows: Rows, question: int, weights: Sequence[float] | None = None) -> float | None:
    """Return a question's mean score in the upper 27 % of the class less that in the lower 27 % (Kelley 1939).

    Groups have 27 % of the students, rounded to whole ones, at least one. Students who tie on the border stand for its places with their
    mean, so that the order of the rows does not matter.

    >>> upper_lower([[1, 1], [1, 1], [0, 1], [0, 0]], 0), upper_lower([[1, 1]], 0)
    (1.0, None)
    """
    n = len(rows)
    if n < 2:
        return None
    worth = weights or [1.0] * len(rows[0])
    totals = [round(math.fsum(s * w for s, w in zip(row, worth, strict=True)), 9) for row in rows]
    size = max(1, math.floor(SHARE * n + Fraction(1, 2)))
    pairs = [(total, row[question]) for total, row in zip(totals, rows, strict=True)]
    lower = _first(sorted(pairs), size)
    upper = _first(sorted(pairs, reverse=True), size)
    return upper - lower


def _first(pairs: Sequence[tuple[float, float]], size: int) -> float:
    """Return the mean second value of the first so many, those who tie with the last of them by their share."""
    border = pairs[size - 1][0]
    before = []
    for total, score in pairs[:size]:
        if total == border:
            break
        before.append(score)
    tied = [score for total, score in pairs if total == border]
    return (math.fsum(before) + (size - len(before)) * math.fsum(tied) / len(tied)) / size


def alpha(rows: Rows, weights: Sequence[float] | None = None) -> float | None:
    """Return Cronbach's alpha, k/(k−1)·(1 − Σ variances of questions / variance of totals) (Cronbach 1951).

    None with fewer than two questions or students, and where all have the same total. It may be negative, where questions
    disagree.

    >>> round(alpha([[1, 1, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]]), 12)
    0.75
    """
    if len(rows) < 2 or len(rows[0]) < 2:
        return None
    worth = weights or [1.0] * len(rows[0])
    points = [[s * w for s, w in zip(row, worth, strict=True)] for row in rows]
    totals = [math.fsum(row) for row in points]
    if not _varies(totals):
        return None
    k = len(worth)
    within = math.fsum(_squares([row[i] for row in points]) for i in range(k))
    return k / (k - 1) * (1 - within / _squares(totals))
