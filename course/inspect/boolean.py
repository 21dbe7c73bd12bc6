"""Running a torch net as a Boolean one: who could depend on whom, with every number 0 or 1.

Under `BooleanMode` each operation on a traced tensor is answered by one that reads the same and has only
positive derivatives (a maximum by the sum over its window, a difference by a sum, a rectifier by nothing), and
after each operation values and gradients are cut to 0 and 1. A sum is then an *or*, a product an *and*; nothing
cancels, overflows or underflows, however deep the net, so that a gradient is 1 exactly where there is a path.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.overrides import TorchFunctionMode

from course.inspect.errors import InspectError
from course.inspect.positive_rules import (
    BLENDS,
    CHOICES,
    COMPARISONS,
    IN_PLACE,
    PRODUCTS,
    RANDOM_WINDOWS,
    RULES,
    SEQUENCES,
    blend,
    choice,
    cut,
    flags,
    traced,
)  # fmt: skip

__all__ = ["BooleanMode"]


class BooleanMode(TorchFunctionMode):
    """While it is on, torch works on traced tensors as the module's first lines say.

    A function that is not known here runs as it is, and its gradient is cut; in attention, masks are not looked at.
    """

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        """Answer one call of a torch function."""
        kwargs = kwargs or {}
        full = getattr(func, "__name__", "")
        given = list(_tensors((*args, *kwargs.values())))
        if full == "__get__" or not any(traced(t) or hasattr(t, "from_data") for t in given):
            return func(*args, **kwargs)
        name = full.strip("_")
        with torch.enable_grad():
            if name in COMPARISONS:
                return _from_data(func(*args, **kwargs))
            if full == "__setitem__" and any(getattr(t, "from_data", False) for t in _tensors(args[1:2])):
                return args[0].copy_(cut(args[0] + flags(args[2]).sum())) if traced(args[2]) else None
            in_place = (full.endswith("_") and not full.endswith("__")) or name in IN_PLACE
            result = self._answer(func, IN_PLACE.get(name, name), args, kwargs)
            if in_place:
                target = args[0]
                return target if result is target else target.copy_(cut(result).expand(target.shape))
            return _map(lambda t: _finished(t, given), result)

    def _answer(self, func: Any, name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if (
            name in SEQUENCES
            or name in RANDOM_WINDOWS
            or (name == "grid_sample" and traced((*args, None)[1]))
        ):
            why = "is recurrent" if name in SEQUENCES else "chooses its positions by chance or by the data"
            raise InspectError(
                f"the support cannot be followed through {name}, which {why}: take it of the part of the net before it"
            )
        if name in CHOICES:
            return choice(func, args, kwargs)
        if name in BLENDS:
            return blend(func, args, kwargs)
        if name in PRODUCTS:
            args, kwargs = _map(_weights, args), _map(_weights, kwargs)
            return func(*args, **kwargs)
        if name in RULES:
            return RULES[name](*args, **{k: v for k, v in kwargs.items() if k not in ("out", "inplace")})
        return func(*args, **kwargs)


def _weights(x: Any) -> Any:
    return flags(x) if isinstance(x, Tensor) and x.is_floating_point() else x


def _from_data(x: Any) -> Any:
    """Let every comparison with the data hold, and remember that it was one."""
    if not isinstance(x, Tensor):
        return x
    held: Any = torch.ones_like(x)
    held.from_data = True
    return held


def _finished(x: Any, given: list[Tensor]) -> Any:
    """Cut a result to 0 and 1, and make it another tensor than the arguments; views of an argument stay views."""
    if not traced(x):
        return x
    place = x.untyped_storage().data_ptr()
    views = any(t.untyped_storage().data_ptr() == place and t is not x for t in given)
    return x if views and x._is_view() else cut(x)


def _tensors(x: Any) -> Any:
    if isinstance(x, Tensor):
        yield x
    elif isinstance(x, (tuple, list)):
        for part in x:
            yield from _tensors(part)


def _map(change: Callable[[Any], Any], x: Any) -> Any:
    if isinstance(x, dict):
        return {key: _map(change, value) for key, value in x.items()}
    if isinstance(x, (tuple, list)):
        parts = [_map(change, part) for part in x]
        return x.__class__(*parts) if hasattr(x, "_fields") else x.__class__(parts)
    return change(x)
