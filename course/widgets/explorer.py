"""What every explorer has in common: one JSON-able state, a repr that rebuilds it, and a fallback without a front end."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Self

import anywidget
import traitlets

from course.widgets.fields import check, defaults, preset_of

__all__ = ["Explorer", "Field", "load"]


@cache
def load(name: str) -> dict[str, Any]:
    """Return one of the JSON files that Python and JavaScript share: the fields of a state, presets, limits."""
    path = Path(__file__).parent / "js" / f"{name}.json"
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


class Field(traitlets.TraitType[Any, Any]):
    """One field of an explorer's state, held to what the explorer's ``SPEC`` says of it wherever it is set."""

    def __init__(self) -> None:
        super().__init__(allow_none=True)
        self.tag(sync=True)

    def validate(self, obj: Any, value: Any) -> Any:
        """Return the value in its standard form, or raise."""
        assert self.name
        return check(self.name, obj.SPEC["state"][self.name], value, obj.SPEC)


class Explorer(anywidget.AnyWidget):
    """An anywidget whose whole state is a few named fields.

    A subclass loads its ``SPEC`` (see :mod:`course.widgets.fields`), has one :class:`Field` for each of its names, sets ``_esm``
    and ``_css`` (see :mod:`course.widgets.bundle`), takes the names as keyword arguments, and says what it shows in
    :meth:`svg` and :meth:`description`. From these it has ``state``, ``from_state``, a ``repr`` that rebuilds it, and a
    mimebundle in which JupyterLab finds the live widget, a page without a kernel the picture, and a screen reader the words.

    Attributes:
        SPEC: the state's fields (``state``), the class's name (``python``), names that the repr prints even at their
            default (``always``), presets.
        DATA: further traits that the page needs and no user sets, such as a net's weights; no part of the state.
        DEFAULTS: each name of the state with the value of a bare constructor call; made from ``SPEC``.
    """

    SPEC: ClassVar[dict[str, Any]] = {}
    DATA: ClassVar[tuple[str, ...]] = ()
    DEFAULTS: ClassVar[dict[str, Any]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Take the usual values from the specification."""
        super().__init_subclass__(**kwargs)
        if "SPEC" in cls.__dict__:
            cls.DEFAULTS = defaults(cls.SPEC)

    def __init__(self, **values: Any) -> None:
        super().__init__(**{**(defaults(self.SPEC) if self.SPEC else {}), **values})

    @property
    def state(self) -> dict[str, Any]:
        """The whole state as one JSON-able object: what the constructor takes and the front end moves."""
        return {name: _plain(getattr(self, name)) for name in self.DEFAULTS}

    @property
    def data(self) -> dict[str, Any]:
        """What the page needs besides the state."""
        return {name: getattr(self, name) for name in self.DATA}

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

    @property
    def problem(self) -> str | None:
        """Why this state cannot be computed, or None; a subclass in whose states this happens says so."""
        return None

    def argument(self, name: str) -> Any:
        """Return what the repr prints for one name: a preset by its name, a pair of equal numbers as one."""
        value, field = getattr(self, name), self.SPEC["state"][name]
        if (preset := preset_of(field, value, self.SPEC)) is not None:
            return preset
        return value[0] if field["type"] == "pair" and value and value[0] == value[1] else value

    def __repr__(self) -> str:
        """Print the constructor call that rebuilds this state."""
        shown = [
            f"{name}={self.argument(name)!r}"
            for name, default in self.DEFAULTS.items()
            if name in self.SPEC.get("always", ()) or _plain(getattr(self, name)) != _plain(default)
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
