"""The figures of a class against NumPy, SciPy and definitions written out."""

import itertools
import math

import numpy as np
import pytest
from scipy import stats

from course.quiz.statistics import (
    alpha,
    correlation,
    difficulty,
    discrimination,
    mean,
    median,
    spread,
    upper_lower,
)

rng = np.random.default_rng(7)


def class_of(students, questions, partly=False):
    """Return scores of a class in which the strong are right more often."""
    skill, hard = rng.normal(size=(students, 1)), rng.normal(size=(1, questions))
    right = (rng.random((students, questions)) < 1 / (1 + np.exp(hard - skill))).astype(float)
    return (right * rng.choice([0.5, 1.0, 1 / 3], right.shape) if partly else right).tolist()


CLASSES = [
    class_of(n, k, partly)
    for n, k, partly in [(5, 4, False), (30, 10, False), (30, 10, True), (200, 25, False), (37, 3, True)]
]


@pytest.mark.parametrize("rows", CLASSES)
def test_figures_are_those_of_numpy_and_scipy(rows):
    table = np.array(rows)
    weights = rng.choice([1.0, 2.0, 0.5], table.shape[1]).tolist()
    for worth in (None, weights):
        points = table * (worth or 1.0)
        totals = points.sum(1)
        k = table.shape[1]
        expected = k / (k - 1) * (1 - points.var(0, ddof=1).sum() / totals.var(ddof=1))
        assert alpha(rows, worth) == pytest.approx(expected, abs=1e-12)
        assert mean(totals.tolist()) == pytest.approx(totals.mean())
        assert median(totals.tolist()) == pytest.approx(np.median(totals))
        assert spread(totals.tolist()) == pytest.approx(totals.std(ddof=1))
        for i in range(k):
            rest = totals - points[:, i]
            assert difficulty(table[:, i].tolist()) == pytest.approx(table[:, i].mean())
            if table[:, i].std() and rest.std():
                assert discrimination(rows, i, worth) == pytest.approx(
                    np.corrcoef(table[:, i], rest)[0, 1], abs=1e-12
                )
                if set(table[:, i]) <= {0.0, 1.0}:
                    assert discrimination(rows, i, worth) == pytest.approx(
                        stats.pointbiserialr(table[:, i] > 0, rest).statistic, abs=1e-12
                    )
            else:
                assert discrimination(rows, i, worth) is None


def by_all_orders(rows, question, size):
    """Return upper minus lower group, as the mean over every way to break the ties: students in every order, sorted stably."""
    found = []
    for order in itertools.permutations(rows):
        ordered = sorted(order, key=sum)
        upper = [row[question] for row in sorted(order, key=sum, reverse=True)[:size]]
        found.append(sum(upper) / size - sum(row[question] for row in ordered[:size]) / size)
    return math.fsum(found) / len(found)


@pytest.mark.parametrize("n", [2, 3, 5, 6])
def test_upper_less_lower_is_the_mean_over_every_way_to_break_ties(n):
    size = max(1, round(0.27 * n))
    for _ in range(4):
        rows = class_of(n, 3)
        for question in range(3):
            assert upper_lower(rows, question) == pytest.approx(by_all_orders(rows, question, size))


def test_upper_less_lower_without_ties_takes_27_percent():
    rows = [[1.0 if i >= 60 else 0.0, i / 100] for i in range(100)]
    assert upper_lower(rows, 0) == 1.0  # 27 of the best 40 against 27 of the others
    rows = [[1.0 if i >= 80 else 0.0, i / 100] for i in range(100)]
    assert upper_lower(rows, 0) == pytest.approx(20 / 27)
    assert upper_lower(rows, 0) == upper_lower(rows[::-1], 0)


@pytest.mark.parametrize(
    ("figure", "value"),
    [
        (alpha([]), None), (alpha([[1, 0]]), None), (alpha([[1], [0]]), None), (alpha([[1, 0], [0, 1]]), None),
        (alpha([[0.1, 0.2], [0.2, 0.1], [0.3, 0.0]]), None), (discrimination([], 0), None), (discrimination([[1, 1]], 0), None),
        (discrimination([[1], [0]], 0), None), (discrimination([[1, 0], [1, 1]], 0), None), (discrimination([[0, 1], [1, 1]], 0), None),
        (upper_lower([], 0), None), (upper_lower([[1]], 0), None), (upper_lower([[1], [1], [1]], 0), 0.0), (mean([]), None),
        (median([]), None), (spread([1]), None), (difficulty([]), None), (correlation([], []), None),
        (discrimination([[1, 0], [0, 1], [1, 0]], 0), -1.0),
    ],
)  # fmt: skip
def test_where_a_figure_is_not_defined_there_is_none(figure, value):
    assert figure == value


def test_discrimination_leaves_the_question_itself_out():
    rows = [[0, 1], [1, 0], [0, 1], [1, 0]]  # with itself in the total it could not be negative
    assert discrimination(rows, 0) == -1.0
