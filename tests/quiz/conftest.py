"""What several tests of the quiz room need."""

from __future__ import annotations

import pytest

from course.quiz import KINDS, kinds_of


@pytest.fixture
def own_kinds():
    """Take out afterwards whatever kinds a test registers."""
    kinds_of()
    before = dict(KINDS)
    yield KINDS
    KINDS.clear()
    KINDS.update(before)
