"""Which cells of a notebook a changed answer concerns, by the names that cells bind and read.

A test that reads no name the change can reach gives what it gave before, and need not run again. Names alone are
looked at: an answer that changes something behind them, such as torch's default dtype, is seen only where
everything runs. An answer that does more than define is taken to concern every cell.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

from nbformat import NotebookNode

__all__ = ["Cell", "Concern", "concern", "read_cell"]

SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)
Key = TypeVar("Key", bound=Hashable)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True)
class Cell:
    """What a cell does with names.

    Attributes:
        bound: names that it binds, or whose items or attributes it sets, at its top level.
        read: names that it reads, inside its functions too.
        defines: it has functions, classes, imports and constants only, so that running it does nothing else.
    """

    bound: frozenset[str]
    read: frozenset[str]
    defines: bool


@dataclass(frozen=True)
class Concern:
    """The grade ids of the tests that a change concerns, and of the other code cells that they need."""

    tests: frozenset[str]
    needed: frozenset[str]


@cache
def read_cell(source: str) -> Cell:
    """Return what a cell does with names.

    >>> cell = read_cell("import numpy as np\\nsizes[0] = n = 3\\ndef f(x): return np.exp(x + shift)")
    >>> sorted(cell.bound), sorted(cell.read), cell.defines
    (['f', 'n', 'np', 'sizes'], ['np', 'shift', 'sizes', 'x'], False)
    >>> read_cell("RATE, NAMES = 0.1, ['a']\\nclass Net: pass").defines
    True
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return Cell(frozenset(), frozenset(), False)
    read = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and not _stored(node)}
    return Cell(frozenset(_bound(tree)), frozenset(read), all(_only_defines(node) for node in tree.body))


def concern(notebook: NotebookNode, changed: Mapping[str, Collection[str]]) -> Concern:
    """Return what a change of answers concerns.

    Args:
        notebook: with the changed answers in it.
        changed: the sources, old and new, of each changed answer, by grade id.
    """
    tests: dict[str, Cell] = {}
    others: dict[str, Cell] = {}
    statements: dict[str, dict[str, Cell]] = {}
    for cell in notebook.cells:
        about = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code":
            name = about.get("grade_id", cell.get("id"))
            if about.get("grade") and not about.get("solution"):
                tests[name] = read_cell(cell.source)
            else:
                others[name] = read_cell(cell.source)
                statements[name] = _statements(cell.source)
    answers = {cell: sources for cell, sources in changed.items() if cell in others}
    if not all(read_cell(source).defines for sources in answers.values() for source in sources):
        return Concern(frozenset(tests), frozenset(others))
    imported = {
        text for name, texts in statements.items() if name not in answers for text in texts if _imports(text)
    }
    reached: set[str] = set()
    for sources in answers.values():
        versions = [_statements(source) for source in sources]
        same = set.intersection(*(set(version) for version in versions)) | imported
        reached |= {
            name for version in versions for text in version.keys() - same for name in version[text].bound
        }
    every = {(name, text): one for name, texts in statements.items() for text, one in texts.items()}
    _grow(reached, every, lambda one: one.read, lambda one: one.bound)
    met = {name for name, cell in tests.items() if cell.read & reached}
    wanted = set().union(*(tests[name].read for name in met))
    needed = _grow(wanted, others, lambda cell: cell.bound, lambda cell: cell.read)
    return Concern(
        frozenset(met), frozenset(needed | {name for name, cell in others.items() if not cell.bound})
    )


def _statements(source: str) -> dict[str, Cell]:
    """Return what each top-level statement does with names, by its text.

    A cell may bind some names that a change reaches and some that it does not.
    """
    try:
        texts = [ast.unparse(node) for node in ast.parse(source).body]
    except SyntaxError:
        return {}
    return {text: read_cell(text) for text in texts}


def _imports(text: str) -> bool:
    return text.startswith(("import ", "from "))


def _grow(
    names: set[str],
    cells: Mapping[Key, Cell],
    meets: Callable[[Cell], frozenset[str]],
    adds: Callable[[Cell], frozenset[str]],
) -> set[Key]:
    """Add to the names what each cell adds that meets them, until nothing new comes; return these cells."""
    found: set[Key] = set()
    while new := {name for name, cell in cells.items() if name not in found and meets(cell) & names}:
        found |= new
        names |= set().union(*(adds(cells[name]) for name in new))
    return found


def _stored(node: ast.Name) -> bool:
    return isinstance(node.ctx, ast.Store)


def _bound(tree: ast.AST) -> set[str]:
    """Return the names bound at the top level, and those whose items or attributes are set there."""
    names: set[str] = set()
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, SCOPES):
            names |= {node.name} if hasattr(node, "name") else set()
            continue
        if isinstance(node, COMPREHENSIONS):
            continue
        if isinstance(node, ast.Import | ast.ImportFrom):
            names |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
        elif isinstance(node, ast.Name) and _stored(node):
            names.add(node.id)
        elif isinstance(node, ast.Attribute | ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del):
            root: ast.AST = node
            while isinstance(root, ast.Attribute | ast.Subscript):
                root = root.value
            names |= {root.id} if isinstance(root, ast.Name) else set()
        names |= _bound(node)
    return names


def _only_defines(node: ast.stmt) -> bool:
    """Return whether a statement defines something and does nothing else."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return not node.decorator_list
    if isinstance(node, ast.Assign):
        inner = [
            part for part in ast.walk(node) if isinstance(part, ast.Call | ast.Attribute | ast.Subscript)
        ]
        return not inner
    return isinstance(node, ast.Import | ast.ImportFrom) or (
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    )
