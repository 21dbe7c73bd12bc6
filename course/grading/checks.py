"""What test cells ask of a student's result: exact types, then values; messages name what failed.

A result is turned into plain Python or NumPy values of exact built-in type before anything is compared, so
that no comparison runs code the student wrote. Messages name what failed and never the right answer.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from types import FunctionType
from typing import TYPE_CHECKING, Any

from course.grading.refusal import Refused, allowed, refuse

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import ArrayLike, NDArray

__all__ = ["Refused", "allowed", "array", "close", "raises", "refuse", "whole", "wholes"]


def whole(value: object, what: str = "the result") -> int:
    """Return a whole number as ``int``; ``int`` and NumPy's integers pass, no look-alikes.

    >>> import numpy
    >>> whole(3), whole(numpy.int64(3))
    (3, 3)
    >>> whole(3.0, "the parameter count")
    Traceback (most recent call last):
    ...
    AssertionError: the parameter count must be a whole number (int), got a float: use // instead of /

    Raises:
        AssertionError: any other type, ``bool`` and subclasses of ``int`` included.
    """
    kind = type(value)
    if kind is int:
        return value  # type: ignore[return-value]
    if kind.__module__ == "numpy":
        import numpy as np

        if kind in {np.dtype(code).type for code in np.typecodes["AllInteger"]}:
            return int(value)  # type: ignore[call-overload, no-any-return]
    hint = {float: ": use // instead of /", type(None): ": is a return missing?"}.get(kind, "")
    raise AssertionError(f"{what} must be a whole number (int), got {_a(kind)}{hint}")


def wholes(value: object, what: str = "the result", length: int | None = None) -> tuple[int, ...]:
    """Return a tuple or list of whole numbers as a tuple of ``int``.

    >>> wholes([1, 2], length=2)
    (1, 2)
    >>> wholes((1, 2), "the shape", length=3)
    Traceback (most recent call last):
    ...
    AssertionError: the shape must hold 3 whole numbers, got 2

    Raises:
        AssertionError: another type, another length, or an entry that is no whole number.
    """
    kind = type(value)
    if kind is not tuple and kind is not list:
        raise AssertionError(f"{what} must be a tuple or a list, got {_a(kind)}")
    entries: list[object] = list(value)  # type: ignore[call-overload]
    if length is not None and len(entries) != length:
        raise AssertionError(f"{what} must hold {length} whole numbers, got {len(entries)}")
    return tuple(whole(entry, f"each entry of {what}") for entry in entries)


def array(
    value: object, what: str = "the result", shape: tuple[int, ...] | None = None
) -> NDArray[np.float64]:
    """Return a copy, as float64, of a NumPy array of finite real numbers.

    >>> import numpy
    >>> array(numpy.ones((2, 1), dtype=numpy.float32)).tolist()
    [[1.0], [1.0]]
    >>> array(numpy.ones(3), "the gradient", shape=(3, 1))
    Traceback (most recent call last):
    ...
    AssertionError: the gradient must have shape (3, 1), got (3,)

    Raises:
        AssertionError: no array, a subclass, another shape, complex or object entries, NaN or infinity.
    """
    import numpy as np

    if type(value) is not np.ndarray:
        raise AssertionError(f"{what} must be a NumPy array, got {_a(type(value))}")
    if shape is not None and value.shape != shape:
        raise AssertionError(f"{what} must have shape {shape}, got {value.shape}")
    if value.dtype.kind not in "fiu":
        raise AssertionError(f"{what} must hold real numbers, got dtype {value.dtype}")
    copy: NDArray[np.float64] = np.array(value, dtype=np.float64)
    if not np.isfinite(copy).all():
        raise AssertionError(f"{what} must be finite, got NaN or infinity")
    return copy


def close(value: object, wanted: ArrayLike, what: str = "the result", tolerance: float = 1e-6) -> None:
    """Assert that a number or array agrees: ``max|value − wanted| ≤ tolerance · max(1, max|wanted|)``.

    >>> import numpy
    >>> close(numpy.array([1.0, 2.0]), [1.0, 2.0 + 1e-9])
    >>> close(0.5, 0.25, "the loss")
    Traceback (most recent call last):
    ...
    AssertionError: wrong value: the loss
    >>> close(numpy.array([0.5, 1.0]), [0.5, 2.0], "the logits, sorted,")
    Traceback (most recent call last):
    ...
    AssertionError: wrong values: the logits, sorted

    Raises:
        AssertionError: as :func:`array`, or when the values differ.
    """
    import numpy as np

    target = np.asarray(wanted, dtype=np.float64)
    if target.ndim == 0 and (type(value) is float or type(value) is int or isinstance(value, np.floating)):
        number = float(value)
        if not math.isfinite(number):
            raise AssertionError(f"{what} must be finite, got NaN or infinity")
        got = np.array(number)
    else:
        got = array(value, what, shape=target.shape)
    scale = max(1.0, float(np.max(np.abs(target), initial=0.0)))
    if float(np.max(np.abs(got - target), initial=0.0)) > tolerance * scale:
        raise AssertionError(f"wrong value{'s' if target.size > 1 else ''}: {what.rstrip(',')}")


def raises(kind: type[Exception], function: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
    """Assert that a call raises an exception of this kind.

    >>> raises(ValueError, int, "three")
    >>> raises(ValueError, int, "3")
    Traceback (most recent call last):
    ...
    AssertionError: the call must raise ValueError, and raised nothing
    >>> def halved(number):
    ...     return number / 2
    >>> raises(TypeError, halved, 3)
    Traceback (most recent call last):
    ...
    AssertionError: this call of halved must raise TypeError, and raised nothing

    Raises:
        AssertionError: nothing was raised, or something else.
    """
    named = type(function) is FunctionType and function.__name__.isidentifier()
    call = f"this call of {function.__name__}" if named else "the call"
    try:
        function(*args, **kwargs)
    except kind:
        return
    except Exception as other:
        raise AssertionError(
            f"{call} must raise {kind.__name__}, and raised {type(other).__name__}"
        ) from None
    raise AssertionError(f"{call} must raise {kind.__name__}, and raised nothing")


def _a(kind: type) -> str:
    """Return the type's name with its article."""
    name = "NoneType" if kind is type(None) else kind.__name__
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"
