"""Tables of cases: what Python says, and how near JavaScript must come. Each module of ``tables/`` makes one:

``MODULE`` names the JavaScript module; ``cases()`` yields ``{"function", "arguments", "result"}`` or, where the arguments are
refused, ``{"function", "arguments", "refused"}`` with the message that both languages give.
"""

from __future__ import annotations

import math
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

TABLES = sorted(p.stem for p in (Path(__file__).parent / "tables").glob("*.py") if p.stem != "__init__")
NEAR = 1e-9  # relative, and absolute about zero

ANSWER = """async function answer(cases, module) {
  return cases.map((one) => {
    try {
      return { result: module[one.function](...one.arguments) ?? null };
    } catch (error) {
      return { refused: error.message };
    }
  });
}"""


def module_of(name: str) -> str:
    """Return the JavaScript module that a table is about."""
    return str(import_module(f"tests.widgets.tables.{name}").MODULE)


@cache
def table(name: str) -> list[dict[str, Any]]:
    """Return the cases of a table, as JSON keeps them."""
    return [plain(one) for one in import_module(f"tests.widgets.tables.{name}").cases()]


def plain(value: Any) -> Any:
    """Return tuples as lists and keys as text, as JSON would."""
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, (list, tuple)) else value


def difference(cases: list[dict[str, Any]], said: list[dict[str, Any]]) -> str | None:
    """Return where JavaScript's answers first differ from the table, or None."""
    if len(cases) != len(said):
        return f"{len(said)} answers to {len(cases)} cases"
    for i, (case, one) in enumerate(zip(cases, said, strict=True)):
        if "refused" in case or "refused" in one:
            if case.get("refused") != one.get("refused"):
                return f"case {i}, {case}: JavaScript says {one}"
        elif path := apart(case["result"], one["result"]):
            return f"case {i}, {case['function']}{case['arguments']}: {path}"
    return None


def apart(wanted: Any, got: Any, path: str = "result") -> str | None:
    """Return where two values differ by more than rounding, or None."""
    if isinstance(wanted, dict) and isinstance(got, dict):
        if set(wanted) != set(got):
            return f"{path} has {sorted(got)} for {sorted(wanted)}"
        return next(filter(None, (apart(wanted[k], got[k], f"{path}.{k}") for k in wanted)), None)
    if isinstance(wanted, list) and isinstance(got, list):
        if len(wanted) != len(got):
            return f"{path} has {len(got)} entries for {len(wanted)}"
        return next(filter(None, (apart(w, g, f"{path}[{i}]") for i, (w, g) in enumerate(zip(wanted, got, strict=True)))), None)  # fmt: skip
    if number(wanted) and number(got):
        return (
            None
            if math.isclose(wanted, got, rel_tol=NEAR, abs_tol=NEAR)
            else f"{path} is {got}, not {wanted}"
        )
    return None if wanted == got and type(wanted) is type(got) else f"{path} is {got!r}, not {wanted!r}"


def number(value: Any) -> bool:
    """Tell whether a value is a number, and not true or false."""
    return isinstance(value, (int, float)) and not isinstance(value, bool)
