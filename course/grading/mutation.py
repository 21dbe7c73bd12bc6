"""Small changes to a function's source, one at a time: what a slip of the hand or of thought would make of it.

Changes are made in the syntax tree; :func:`changes` lists them in an order that does not vary, and
:func:`changed` applies some of them to a copy. The mutation test of hidden tests is built on them
(:mod:`course.grading.mutants`).
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from course.grading.slips import variants

__all__ = ["Change", "Function", "changed", "changes"]

#: Where a node stands: (field, index in that field or -1) for each step from the function to it.
Path = tuple[tuple[str, int], ...]
Function = ast.FunctionDef | ast.AsyncFunctionDef

#: Fields that hold no behaviour, or that the node's own variants cover.
SKIPPED = {"annotation", "returns", "decorator_list", "type_params", "ctx", "op", "ops", "format_spec"}


@dataclass(frozen=True)
class Change:
    """One node in place of another: the way to it from the function, what takes its place, and in words what happened."""

    path: Path
    node: ast.AST
    kind: str

    def meets(self, other: Change) -> bool:
        """Say whether one of the two nodes lies in the other, so that both changes cannot be made."""
        shorter = min(len(self.path), len(other.path))
        return self.path[:shorter] == other.path[:shorter]


def changed(function: Function, *several: Change) -> Function:
    """Return a copy of a function with changes that do not meet.

    >>> function = ast.parse("def f(x):\\n    return x + 1").body[0]
    >>> print(ast.unparse(changed(function, next(c for c in changes(function) if c.kind == "operator"))))
    def f(x):
        return x - 1
    """
    result = copy.deepcopy(function)
    for change in several:
        holder: ast.AST = result
        for field, index in change.path[:-1]:
            holder = _get(holder, field, index)
        field, index = change.path[-1]
        node = ast.fix_missing_locations(
            ast.copy_location(copy.deepcopy(change.node), _get(holder, field, index))
        )
        if index < 0:
            setattr(holder, field, node)
        else:
            getattr(holder, field)[index] = node
    return result


def changes(function: Function) -> list[Change]:
    """Return the changes of one node that make a different function, in the order of the source.

    >>> function = ast.parse("def f(x):\\n    return x + 1").body[0]
    >>> for change in changes(function):
    ...     print(change.kind, "→", ast.unparse(changed(function, change)).split("\\n")[1].strip())
    statement deleted → pass
    operator → return x - 1
    operator → return x * 1
    operand dropped → return x
    operand dropped → return 1
    sign → return -(x + 1)
    sign → return x + -1
    constant → return x + 2
    constant → return x + 0
    """
    seen = {ast.unparse(function)}
    found = []
    for change in _walk(function, (), _names(function)):
        text = ast.unparse(changed(function, change))
        if text not in seen:
            seen.add(text)
            found.append(change)
    return found


def _get(holder: ast.AST, field: str, index: int) -> ast.AST:
    """Return the node in a field, or in a field's list."""
    value = getattr(holder, field)
    return value if index < 0 else value[index]  # type: ignore[no-any-return]


def _names(function: Function) -> list[str]:
    """Return the names that a function binds: arguments first, then the rest in the order of the source."""
    arguments = function.args
    found = [a.arg for a in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
    stored = [
        n
        for n in ast.walk(function)
        if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store) and n.id != "_"
    ]
    found += [n.id for n in sorted(stored, key=lambda n: (n.lineno, n.col_offset))]
    return list(dict.fromkeys(found))


def _walk(parent: ast.AST, path: Path, names: Sequence[str], above: str = "") -> Iterator[Change]:
    """Yield the changes below a node; ``above`` is the field that it stands in."""
    for field, value in ast.iter_fields(parent):
        nodes = value if isinstance(value, list) else [value]
        for number, node in enumerate(nodes):
            if field in SKIPPED or not isinstance(node, ast.AST) or _says_only(parent, field, number, node):
                continue
            place = (*path, (field, number if isinstance(value, list) else -1))
            role = "slice" if above == "slice" and field == "elts" else field  # x[i, j] has two indices
            for kind, other in variants(node, parent, role, names):
                yield Change(place, other, kind)
            if not isinstance(node, ast.Raise | ast.JoinedStr):
                yield from _walk(node, place, names, role)


def _says_only(parent: ast.AST, field: str, number: int, node: ast.AST) -> bool:
    """Say whether a node is a docstring."""
    first = field == "body" and number == 0 and isinstance(parent, ast.FunctionDef | ast.ClassDef)
    return first and isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
