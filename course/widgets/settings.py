"""Checks of what is put into an explorer, from Python or from the page: each error names the value, rule and mend."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from course.arithmetic.axis import check_whole, same_padding
from course.arithmetic.errors import SettingError, ShapeError
from course.widgets.numbers import whole

__all__ = ["choice", "load", "matrix", "pair", "resolve_padding", "switch"]

Rows = list[list[float]]


@cache
def load(name: str) -> dict[str, Any]:
    """Return one of the JSON files that Python and JavaScript share: limits and presets."""
    path = Path(__file__).parent / "js" / f"{name}.json"
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content


def matrix(name: str, value: Any, presets: dict[str, Any], most: int, largest: float) -> Rows:
    """Return rows of numbers from a preset's name, nested sequences, or anything with ``tolist()``."""
    if isinstance(value, str):
        if value not in presets:
            raise SettingError(
                f"{name} {value!r} is not known: use rows of numbers or one of {', '.join(presets)}"
            )
        return [[whole(v) for v in row] for row in presets[value]["values"]]
    rows = value.tolist() if hasattr(value, "tolist") else value
    if not _is_rows(rows):
        raise SettingError(f"{name} must be rows of numbers, such as [[0, 1], [1, 0]], got {_short(value)}")
    if not rows or not all(rows):
        raise ShapeError(f"the {name} is empty: give at least one row with one number")
    for i, row in enumerate(rows):
        if len(row) != len(rows[0]):
            raise ShapeError(
                f"row {i} of the {name} has {len(row)} numbers where row 0 has {len(rows[0])}: "
                "make all rows equally long"
            )
    if max(len(rows), len(rows[0])) > most:
        raise SettingError(
            f"the {name} is {len(rows)}x{len(rows[0])}, more than the {most}x{most} that fit on a page: "
            "cut out a part of it"
        )
    for row in rows:
        for v in row:
            if isinstance(v, bool) or not isinstance(v, (int, float)) or not math.isfinite(v):
                raise SettingError(f"{name} holds {v!r}: every entry must be a finite number")
            if abs(v) > largest:
                raise SettingError(
                    f"{name} holds {v!r}: every entry must lie between −{largest:g} and {largest:g}"
                )
    return [[whole(v) for v in row] for row in rows]


def _is_rows(value: Any) -> bool:
    """Tell whether a value is a sequence of sequences."""
    return _is_list(value) and all(_is_list(row) for row in value)


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes))


def _short(value: Any) -> str:
    """Return a value's repr, cut to a readable length."""
    words = repr(value)
    return words if len(words) <= 60 else words[:57] + "..."


def pair(name: str, value: Any, least: int, most: int) -> tuple[int, int]:
    """Return a setting as (height, width); one number stands for both."""
    both = list(value) if _is_list(value) else [value, value]
    if len(both) != 2:
        raise SettingError(f"{name} takes one number or (height, width), got {len(both)} numbers")
    for axis, v in zip(("height", "width"), both, strict=True):
        if check_whole(f"{name} ({axis})", v, least) > most:
            raise SettingError(f"{name} ({axis}) must be at most {most} in the explorer, got {v}")
    return int(both[0]), int(both[1])


def resolve_padding(kernel: Rows, stride: tuple[int, int], dilation: tuple[int, int], padding: Any) -> Any:
    """Return the numbers that padding ``"same"`` or ``"valid"`` stands for; leave numbers as they are."""
    if not isinstance(padding, str):
        return padding
    if padding == "valid":
        return 0, 0
    if padding != "same":
        raise SettingError(f"padding {padding!r} is not known: use numbers, 'same' or 'valid'")
    if stride != (1, 1):
        raise SettingError(f"padding 'same' needs stride 1, got stride {stride}: give the padding in numbers")
    sides = []
    for k, d in zip((len(kernel), len(kernel[0])), dilation, strict=True):
        before, after = same_padding(k, d)
        if before != after:
            raise SettingError(
                f"padding 'same' for kernel {k} with dilation {d} is {before} before and {after} after, "
                "and the explorer pads both sides alike: use an odd kernel"
            )
        sides.append(before)
    return sides[0], sides[1]


def choice(name: str, value: Any, choices: Sequence[str]) -> str:
    """Return one of the choices, or say which there are."""
    if value not in choices:
        raise SettingError(f"{name} {value!r} is not known: use one of {', '.join(choices)}")
    return str(value)


def switch(name: str, value: Any) -> bool:
    """Return True or False as they are, and refuse what is neither."""
    if not isinstance(value, bool):
        raise SettingError(f"{name} must be True or False, got {value!r}")
    return value
