"""What every explorer has in common: one JSON-able state, a repr that rebuilds it, and a fallback without a front end."""

from __future__ import annotations

from typing import Any, ClassVar, Self

import anywidget

__all__ = ["Explorer"]


class Explorer(anywidget.AnyWidget):
    """An anywidget whose whole state is a few named traits.

    A subclass sets ``_esm`` and ``_css`` (see :mod:`course.widgets.bundle`), names its traits and their defaults in
    ``DEFAULTS``, takes the same names as keyword arguments, and says what it shows in :meth:`svg` and
    :meth:`description`. From these it has ``state``, ``from_state``, a ``repr`` that rebuilds it, and a mimebundle in
    which JupyterLab finds the live widget, a page without a kernel the picture, and a screen reader the words.

    Attributes:
        DEFAULTS: each trait of the state with the value of a bare constructor call, in the constructor's order.
        ALWAYS: the names that the repr prints even at their default.
    """

    DEFAULTS: ClassVar[dict[str, Any]] = {}
    ALWAYS: ClassVar[tuple[str, ...]] = ()

    @property
    def state(self) -> dict[str, Any]:
        """The whole state as one JSON-able object: what the constructor takes and the front end moves."""
        return {name: _plain(getattr(self, name)) for name in self.DEFAULTS}

    @classmethod
    def from_state(cls, state: dict[str, Any]) -> Self:
        """Build the explorer that a state describes; names left out have their defaults.

        Raises:
            ValueError: a name that is no part of the state, or a value that the constructor refuses.
        """
        if unknown := sorted(set(state) - set(cls.DEFAULTS)):
            raise ValueError(
                f"{cls.__name__} has no state named {unknown[0]!r}: use some of {', '.join(cls.DEFAULTS)}"
            )
        return cls(**state)

    def argument(self, name: str) -> Any:
        """Return what the repr prints for one trait; a subclass may shorten it."""
        return getattr(self, name)

    def __repr__(self) -> str:
        """Print the constructor call that rebuilds this state."""
        shown = [
            f"{name}={self.argument(name)!r}"
            for name, default in self.DEFAULTS.items()
            if name in self.ALWAYS or _plain(getattr(self, name)) != _plain(default)
        ]
        return f"{type(self).__name__}({', '.join(shown)})"

    def svg(self) -> str:
        """Draw the state as a still picture."""
        raise NotImplementedError(f"{type(self).__name__} draws no still picture: give it a method svg()")

    def description(self) -> str:
        """Say in words and numbers what the picture shows."""
        raise NotImplementedError(
            f"{type(self).__name__} says nothing in words: give it a method description()"
        )

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """Give the live view, the still picture and the words; the front end takes the richest that it can show."""
        bundle = super()._repr_mimebundle_(**kwargs)
        if bundle is None:
            return None
        data, metadata = bundle
        return {**data, "image/svg+xml": self.svg(), "text/plain": self.description()}, metadata


def _plain(value: Any) -> Any:
    """Return tuples as lists, all the way down, so that a state equals its JSON."""
    return [_plain(v) for v in value] if isinstance(value, (list, tuple)) else value
