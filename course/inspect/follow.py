"""Follow the receptive field through everything a trace has seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from course.arithmetic.field import AxisField, Field
from course.arithmetic.joins import JumpsDiffer
from course.inspect.rules import after, traced, uncovered
from course.inspect.state import State
from course.inspect.trace import Op, Seen, Trace

__all__ = ["INDEPENDENT", "NotCovered", "States"]


@dataclass(frozen=True)
class NotCovered:
    """In the place of a receptive field that could not be followed; ``reason`` says where it was lost.

    ``size``, ``jump``, ``start``, ``phases`` and ``aligned`` are None: not known is not zero.
    """

    reason: str
    size: None = None
    jump: None = None
    start: None = None
    phases: None = None
    aligned: None = None
    whole_input: bool = False

    def __bool__(self) -> bool:
        return False


#: The reason where there is nothing to follow.
INDEPENDENT = "it does not depend on the first input"


class States:
    """The states of all tensors of a trace, as patterns of the interior, or position by position.

    Args:
        trace: what was seen; the field is that of its first input.
        spatial: lengths of the input's spatial axes.
    """

    def __init__(self, trace: Trace, spatial: Sequence[int]) -> None:
        self.trace = trace
        self.spatial = tuple(spatial)
        self._listed: dict[int, State] | None = None
        self._fields: dict[int, Field | NotCovered] = {}
        self.patterns = self._run([AxisField.identity() for _ in self.spatial], listed=False)

    @property
    def listed(self) -> dict[int, State]:
        """The states position by position, borders and all; worked out when first asked for."""
        if self._listed is None:
            self._listed = self._run([AxisField.listed(n) for n in self.spatial], listed=True)
        return self._listed

    def _run(self, axes: Sequence[AxisField], *, listed: bool) -> dict[int, State]:
        known: dict[int, State] = {}
        if not self.trace.inputs:
            return known
        first = self.trace.inputs[0]
        known[first.number] = State.of_input(first.shape, self.spatial, axes)
        for group in self.trace.groups:
            for op in group.ops:
                self._step(op, known, listed)
        return known

    def _step(self, op: Op, known: dict[int, State], listed: bool) -> None:
        def state_of(seen: Any) -> State | None:
            return known.get(seen.number) if isinstance(seen, Seen) else None

        states = traced(op, state_of)
        if not states:
            return
        try:
            found = after(op, state_of)
        except JumpsDiffer:
            found = uncovered(op, state_of) if listed else after(op, self._state_listed)
        for seen, state in zip(op.outputs, found, strict=False):
            known[seen.number] = state

    def _state_listed(self, seen: Any) -> State | None:
        return self.listed.get(seen.number) if isinstance(seen, Seen) else None

    def field(self, seen: Seen) -> Field | NotCovered:
        """Return the receptive field of a tensor."""
        found = self._fields.get(seen.number)
        if found is None:
            state = self.patterns.get(seen.number)
            if state is None:
                found = NotCovered(INDEPENDENT)
            else:
                found = state.field() or NotCovered(state.why or "it could not be followed")
            self._fields[seen.number] = found
        return found
