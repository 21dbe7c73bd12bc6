"""What the convolution and the transposed explorer share on Python's side: stacks of channels as fields, and what is computed."""

from __future__ import annotations

from typing import Any, Self

from course.arithmetic.errors import LayerError, SettingError
from course.widgets.explorer import Explorer, Field
from course.widgets.fields import check, is_list

__all__ = ["ChannelExplorer", "Stack", "deepened"]


def deepened(value: Any, depth: int) -> Any:
    """Return a matrix inside as many lists as a depth asks for; what is no matrix as it is.

    >>> deepened([[1, 2]], 3), deepened("digit", 3)
    ([[[1, 2]]], 'digit')
    """
    value = value.tolist() if hasattr(value, "tolist") else value
    rows, there = value, 0
    while is_list(rows):
        there += 1
        rows = rows[0] if rows else None
    for _ in range(depth - there if there > 1 else 0):
        value = [value]
    return value


class Stack(Field):
    """Matrices in lists of a depth; a plain matrix stands for the only one."""

    def __init__(self, depth: int) -> None:
        super().__init__()
        self.depth = depth

    def validate(self, obj: Any, value: Any) -> Any:
        """Return the matrices, each list around them put on where it was left out."""
        return super().validate(obj, deepened(value, self.depth))


class ChannelExplorer(Explorer):
    """An explorer whose state has ``image``, ``kernel``, ``bias`` and ``groups``, and whose ``Layer`` computes it."""

    Layer: Any = None
    MEND: Any = None

    def __init__(self, *, kernel: Any, groups: int, bias: Any, **values: Any) -> None:
        state = self.SPEC["state"]
        kernel = check("kernel", state["kernel"], deepened(kernel, 4), self.SPEC)
        groups = check("groups", state["groups"], groups)
        if groups > 1 and len(kernel) == 1 and len(kernel[0]) == 1:
            kernel = kernel * groups
        if bias is None or isinstance(bias, (int, float)):
            bias = [] if bias is None else [bias] * len(kernel)
        super().__init__(kernel=kernel, groups=groups, bias=bias, **values)

    @classmethod
    def example(cls, name: str) -> Self:
        """Return one of the page's examples.

        >>> from course.widgets import ConvolutionExplorer
        >>> ConvolutionExplorer.example("rgb").output
        [[-25]]

        Raises:
            SettingError: a name that no example has.
        """
        examples = cls.SPEC["examples"]
        if name not in examples:
            raise SettingError(f"example {name!r} is not known: use one of {', '.join(examples)}")
        return cls.from_state(examples[name]["state"])

    @property
    def layer(self) -> Any:
        """The arithmetic of this state; raises where the settings do not fit together."""
        return self.Layer(self.state)

    @property
    def problem(self) -> str | None:
        """Why this state cannot be computed, or None."""
        try:
            self.layer  # noqa: B018
        except LayerError as error:
            return str(error)
        return None

    @property
    def mend(self) -> dict[str, Any] | None:
        """The nearest settings that fit together, as ``{"patch", "words"}``; None where these do."""
        found: dict[str, Any] | None = type(self).MEND(self.state)
        return found

    @property
    def outputs(self) -> list[list[list[float]]]:
        """All output channels; raises where the settings do not fit together."""
        found: list[list[list[float]]] = self.layer.outputs
        return found

    @property
    def output(self) -> list[list[float]]:
        """The output channel that the page shows; raises where the settings do not fit together."""
        layer = self.layer
        found: list[list[float]] = layer.outputs[layer.shown[0]]
        return found

    @property
    def torch_line(self) -> str:
        """The layer of torch that computes this; where it cannot pad so, the lines that pad before it."""
        line: str = self.layer.torch_line
        return line
