"""The one exception family of this room."""

from __future__ import annotations

__all__ = ["InspectError"]


class InspectError(ValueError):
    """A module, a size or a row that cannot be read; the message gives the value, the rule and the mend."""
