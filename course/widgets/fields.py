"""The fields of an explorer's state: what each may hold, checked alike from Python, from the page and from an address.

A widget's JSON file names its fields (``js/<name>.json``, key ``state``), and :func:`check` and ``js/fields.js`` hold every
value to them with the same words. Types of fields:

====================  ========================================================================================
``whole``, ``number`` a number from ``least`` to ``most``
``switch``            true or false
``choice``            a key of ``options`` (value: what the page calls it)
``pair``              two whole numbers, height and width; one number stands for both
``text``              up to ``longest`` characters
``list``              ``least`` to ``most`` values, each ``of`` a field
``tuple``             exactly the fields in ``of``
``matrix``            rows of equal length, ``rows`` and ``columns`` each (least, most), entries ``of`` a field
====================  ========================================================================================

Any field may be ``optional`` (nothing is a legal value). A list or matrix may have ``presets``: the key under which the
same JSON file keeps ``{name: {"label": ..., "values": ...}}``; a preset's name stands for its values.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from course.arithmetic.errors import SettingError, ShapeError
from course.widgets.numbers import whole

__all__ = ["check", "defaults", "preset_of", "show"]

Spec = Mapping[str, Any]


def show(value: Any) -> str:
    """Print a value as an error names it, the same in Python and in the page.

    >>> [show(v) for v in (3.0, 0.5, 1e-5, 1e-7, True, None, "mirror", [1, 2], float("nan"))]
    ['3', '0.5', '0.00001', '1e-7', 'True', 'nothing', "'mirror'", 'a list of 2', 'not a number']
    """
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, (int, float)):
        if math.isnan(value):
            return "not a number"
        if math.isinf(value):
            return "infinity" if value > 0 else "minus infinity"
        if 1e-6 <= abs(value) < 1e-4:  # where repr() takes an exponent and a page does not
            return format(Decimal(repr(value)), "f")
        return re.sub(r"e-0", "e-", str(whole(value)))
    if isinstance(value, str):
        return f"'{value if len(value) <= 40 else value[:37] + '...'}'"
    if is_list(value):
        return f"a list of {len(value)}"
    return "something else"


def check(name: str, field: Mapping[str, Any], value: Any, spec: Spec | None = None) -> Any:
    """Return a value in its standard form, or say what it should be.

    >>> check("stride", {"type": "pair", "least": 1, "most": 8}, 2)
    (2, 2)
    >>> check("rate", {"type": "number", "least": 0, "most": 10}, 0.5)
    0.5
    >>> check("kind", {"type": "choice", "options": {"max": "maximum"}}, "mean")
    Traceback (most recent call last):
    ...
    course.arithmetic.errors.SettingError: kind 'mean' is not known: use one of max

    Raises:
        SettingError: a value of the wrong kind or beyond its limits.
        ShapeError: rows of unequal length, or too few or too many of something.
    """
    if hasattr(value, "tolist"):
        value = value.tolist()
    if value is None and field.get("optional"):
        return None
    presets = (spec or {}).get(field.get("presets", ""), {})
    if presets and isinstance(value, str):
        if value not in presets:
            raise SettingError(
                f"{name} {show(value)} is not known: use numbers or one of {', '.join(presets)}"
            )
        value = presets[value]["values"]
    return CHECKS[field["type"]](name, field, value)


def defaults(spec: Spec) -> dict[str, Any]:
    """Return the state of a bare constructor call."""
    return {name: check(name, field, field["default"], spec) for name, field in spec["state"].items()}


def preset_of(field: Mapping[str, Any], value: Any, spec: Spec) -> str | None:
    """Return the name of the preset that has these values, if there is one."""
    presets = spec.get(field.get("presets", ""), {})
    return next((key for key, one in presets.items() if check("", field, one["values"]) == value), None)


def is_list(value: Any) -> bool:
    """Tell whether a value is a sequence, and not text."""
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes))


def _number(name: str, field: Mapping[str, Any], value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise SettingError(f"{name} must be a finite number, got {show(value)}")
    return _bounded(name, field, value)


def _bounded(name: str, field: Mapping[str, Any], value: float) -> float:
    if value < field["least"]:
        raise SettingError(f"{name} must be at least {show(field['least'])}, got {show(value)}")
    if value > field["most"]:
        raise SettingError(f"{name} must be at most {show(field['most'])} in the explorer, got {show(value)}")
    return whole(value)


def _whole(name: str, field: Mapping[str, Any], value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not float(value).is_integer():
        raise SettingError(f"{name} must be a whole number, got {show(value)}")
    return int(_bounded(name, field, value))


def _switch(name: str, field: Mapping[str, Any], value: Any) -> bool:
    if not isinstance(value, bool):
        raise SettingError(f"{name} must be True or False, got {show(value)}")
    return value


def _choice(name: str, field: Mapping[str, Any], value: Any) -> str:
    if not isinstance(value, str) or value not in field["options"]:
        raise SettingError(f"{name} {show(value)} is not known: use one of {', '.join(field['options'])}")
    return value


def _text(name: str, field: Mapping[str, Any], value: Any) -> str:
    if not isinstance(value, str):
        raise SettingError(f"{name} must be text, got {show(value)}")
    if len(value) > field["longest"]:
        raise SettingError(f"{name} has {len(value)} characters: at most {field['longest']} in the explorer")
    return value


def _pair(name: str, field: Mapping[str, Any], value: Any) -> tuple[int, int]:
    both = list(value) if is_list(value) else [value, value]
    if len(both) != 2:
        raise SettingError(f"{name} takes one number or (height, width), got {show(value)}")
    return _whole(f"{name} (height)", field, both[0]), _whole(f"{name} (width)", field, both[1])


def _list(name: str, field: Mapping[str, Any], value: Any) -> list[Any]:
    if not is_list(value):
        raise SettingError(f"{name} must be a list, got {show(value)}")
    if not field["least"] <= len(value) <= field["most"]:
        raise ShapeError(f"{name} takes {field['least']} to {field['most']} values, got {len(value)}")
    return [check(f"{name}[{i}]", field["of"], one) for i, one in enumerate(value)]


def _tuple(name: str, field: Mapping[str, Any], value: Any) -> tuple[Any, ...]:
    fields = field["of"]
    if not is_list(value) or len(value) != len(fields):
        raise ShapeError(f"{name} takes {len(fields)} values, got {show(value)}")
    return tuple(
        check(f"{name}[{i}]", of, one) for i, (of, one) in enumerate(zip(fields, value, strict=True))
    )


def _matrix(name: str, field: Mapping[str, Any], value: Any) -> list[list[Any]]:
    if not is_list(value) or not all(is_list(row) for row in value):
        raise SettingError(f"{name} must be rows of numbers, such as [[0, 1], [1, 0]], got {show(value)}")
    if not value or not all(value):
        raise ShapeError(f"the {name} is empty: give at least one row with one number")
    for i, row in enumerate(value):
        if len(row) != len(value[0]):
            raise ShapeError(
                f"row {i} of the {name} has {len(row)} numbers where row 0 has {len(value[0])}: make all rows equally long"
            )
    for size, (least, most), thing in (
        (len(value), field["rows"], "rows"),
        (len(value[0]), field["columns"], "columns"),
    ):
        if not least <= size <= most:
            raise ShapeError(f"the {name} has {size} {thing}: the explorer takes {least} to {most}")
    return [
        [check(f"{name}[{i}][{j}]", field["of"], one) for j, one in enumerate(row)]
        for i, row in enumerate(value)
    ]


CHECKS = {
    "number": _number, "whole": _whole, "switch": _switch, "choice": _choice, "text": _text,
    "pair": _pair, "list": _list, "tuple": _tuple, "matrix": _matrix,
}  # fmt: skip
