"""Graphs: what a circle does; the rest is in the doctests."""

from __future__ import annotations

import pytest

from course.inspect.graph import sorted_nodes


def test_a_circle_is_an_error_and_no_endless_loop():
    with pytest.raises(AssertionError, match="circle"):
        sorted_nodes(["a", "b"], [("a", "b"), ("b", "a")])
