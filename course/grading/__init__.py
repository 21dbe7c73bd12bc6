"""Problem sets: helpers for test cells, grafting answers into notebooks, and the nbgrader loop.

The room knows nothing of convnets: it serves any nbgrader course.
"""

__all__ = ["checks", "graft", "loop"]
