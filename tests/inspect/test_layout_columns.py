"""Layout in columns: the main path is straight, and arrows pass by."""

from __future__ import annotations

from course.inspect.diagram import diagram
from course.inspect.layout_columns import Columns
from tests.inspect.nets import inception, residual


def test_the_main_path_is_straight():
    layout = diagram(residual(3)).layout
    main = [r.x for key, r in layout.rects.items()]
    assert max(main) - min(main) < 1e-9


def test_skips_run_beside_the_blocks():
    layout = diagram(residual(3)).layout
    far = [r for r in layout.routes if len(r.curves) > 3]
    assert len(far) == 3
    edge = max(r.right for r in layout.rects.values())
    assert all(max(x for x, _ in route.points()) > edge for route in far)


def test_branches_stand_side_by_side():
    rects = diagram(inception()).layout.rects
    first = [rects[f"m.{k}#1"] for k in ("b1", "b2a", "b3a", "b4a")]
    assert len({r.y for r in first}) == 1
    assert [r.x for r in first] == sorted(r.x for r in first)


def test_the_layout_of_nothing():
    assert Columns([], []).layout().rects == {}
