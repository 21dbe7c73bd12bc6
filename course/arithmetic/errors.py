"""The errors of this room: each message names the bad value, the rule it breaks and the mend."""

from __future__ import annotations

__all__ = ["GraphError", "LayerError", "NotationError", "SettingError", "ShapeError"]


class LayerError(ValueError):
    """The family: whatever makes a layer or a net impossible."""


class SettingError(LayerError):
    """A hyperparameter that no input could save, such as stride 0 or groups that do not divide the channels."""


class ShapeError(LayerError):
    """An input that does not fit the layer, such as a kernel that spans more than the padded input."""


class GraphError(LayerError):
    """Nodes that cannot be wired so: an unknown name, a join of unequal shapes."""


class NotationError(LayerError):
    """A line of notation that cannot be read; the message's later lines show the place with a caret.

    Attributes:
        text: the whole line as given.
        position: the index in ``text`` where reading stopped.
    """

    def __init__(self, message: str, text: str, position: int) -> None:
        self.text = text
        self.position = position
        super().__init__(f"{message}\n  {text}\n  {' ' * position}^")
