"""Boxes: numbers, lines of text and their width."""

from __future__ import annotations

import pytest

from course.inspect.boxes import human, short, width_of, wrap
from tests.inspect.nets import FakeRow


def test_numbers_and_lines():
    assert [human(n) for n in (0, 999, 1000, 999_600, 2_634_177, 138_357_544)] == [
        "0",
        "999",
        "1K",
        "1M",
        "2.63M",
        "138M",
    ]
    assert wrap(["a", "b"], 100) == ["a · b"]
    assert wrap(["inception3a.branch2"], 90) == ["inception3a", ".branch2"]
    (cut,) = wrap(["averylongnamewithoutanydots"], 90)
    assert cut.startswith("…")
    assert width_of(cut) <= 90


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("conv(64, 128, 3x3, s2, p1)", "conv 3×3 s2"),
        ("conv(64, 64, 3x5, d2, g64, nobias)", "conv 3×5 d2 g64"),
        ("pool(3, s2)", "pool 3 s2"),
        ("pool(3x2)", "pool 3×2"),
        ("up(2, bilinear)", "up 2"),
        ("linear(512, 10)", "linear"),
        ("relu", "relu"),
    ],
)
def test_a_call_in_little_room(title, told):
    assert short(FakeRow("a", title.split("(")[0], title=title)) == told
