"""Which cells of a notebook a changed answer concerns, by the names that cells bind and read.

A test that reads no name the change can reach gives what it gave before, and need not run again. Names alone are
looked at: an answer that changes something behind them, such as torch's default dtype, is seen only where
everything runs. An answer that does more than define is taken to concern every cell.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

from nbformat import NotebookNode

__all__ = ["Cell", "Concern", "behind", "concern", "read_cell", "without"]

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
SCOPES = (*FUNCTIONS, ast.ClassDef)
Key = TypeVar("Key", bound=Hashable)
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True)
class Cell:
    """What a cell does with names.

    Attributes:
        bound: names that it binds, or whose items or attributes it sets, at its top level.
        read: names that it reads, inside its functions too, and that it may not have bound itself before.
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


@dataclass(frozen=True)
class _Cells:
    """The code cells of a notebook, by grade id."""

    tests: Mapping[str, Cell]
    others: Mapping[str, Cell]

    def concern(self, tests: Collection[str]) -> Concern:
        """Return these tests with what they need; cells that bind nothing run for what else they do."""
        wanted = set().union(*(self.tests[name].read for name in tests))
        needed = _grow(wanted, self.others, lambda cell: cell.bound, lambda cell: cell.read)
        idle = {name for name, cell in self.others.items() if not cell.bound}
        return Concern(frozenset(tests), frozenset(needed | idle))


@cache
def read_cell(source: str) -> Cell:
    """Return what a cell does with names.

    >>> cell = read_cell("import numpy as np\\nsizes[0] = n = 3\\ndef f(x): return np.exp(x + shift)")
    >>> sorted(cell.bound), sorted(cell.read), cell.defines
    (['f', 'n', 'np', 'sizes'], ['shift', 'sizes'], False)
    >>> read_cell("RATE, NAMES = 0.1, ['a']\\nclass Net: pass").defines
    True
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return Cell(frozenset(), frozenset(), False)
    read = _read(tree.body, set())
    return Cell(frozenset(_bound(tree)), frozenset(read), all(_only_defines(node) for node in tree.body))


def concern(notebook: NotebookNode, changed: Mapping[str, Collection[str]]) -> Concern:
    """Return what a change of answers concerns.

    Args:
        notebook: with the changed answers in it.
        changed: the sources, old and new, of each changed answer, by grade id.
    """
    cells = _cells(notebook)
    statements = {
        _name(cell): _statements(cell.source)
        for cell in notebook.cells
        if cell.cell_type == "code" and _name(cell) in cells.others
    }
    answers = {cell: sources for cell, sources in changed.items() if cell in cells.others}
    if not all(read_cell(source).defines for sources in answers.values() for source in sources):
        return Concern(frozenset(cells.tests), frozenset(cells.others))
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
    return cells.concern({name for name, cell in cells.tests.items() if cell.read & reached})


def behind(notebook: NotebookNode, cell: str) -> frozenset[str]:
    """Return the tests that need a cell which is no test itself.

    Raises:
        ValueError: there is no such cell.
    """
    cells = _cells(notebook)
    if cell not in cells.others:
        raise ValueError(f"no cell {cell!r}; the cells that are no tests are {', '.join(cells.others)}")
    return frozenset(name for name in cells.tests if cell in cells.concern({name}).needed)


def without(notebook: NotebookNode, found: Concern, tests: Collection[str]) -> Concern:
    """Return a concern without these tests and what only they need."""
    cells = _cells(notebook)
    left = cells.concern(found.tests - set(tests))
    return Concern(left.tests, found.needed - (cells.concern(tests).needed - left.needed))


def _cells(notebook: NotebookNode) -> _Cells:
    tests: dict[str, Cell] = {}
    others: dict[str, Cell] = {}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            about = cell.metadata.get("nbgrader", {})
            kind = tests if about.get("grade") and not about.get("solution") else others
            kind[_name(cell)] = read_cell(cell.source)
    return _Cells(tests, others)


def _name(cell: NotebookNode) -> str:
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", cell.get("id")))


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


def _bound(tree: ast.AST, *, items: bool = True) -> set[str]:
    """Return the names bound at the top level, and with ``items`` those whose items or attributes are set there."""
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
        elif (
            items
            and isinstance(node, ast.Attribute | ast.Subscript)
            and isinstance(node.ctx, ast.Store | ast.Del)
        ):
            root: ast.AST = node
            while isinstance(root, ast.Attribute | ast.Subscript):
                root = root.value
            names |= {root.id} if isinstance(root, ast.Name) else set()
        names |= _bound(node, items=items)
    return names


def _read(body: Sequence[ast.stmt], have: set[str]) -> set[str]:
    """Return the names that statements read and that may not be theirs; add to ``have`` what they surely bind.

    What stands in a branch or a loop may not run, so that it binds nothing for the statements after it.
    """
    read: set[str] = set()
    for node in body:
        if isinstance(node, ast.If | ast.While | ast.For | ast.With):
            heads = [child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.stmt)]
            read |= set().union(*map(_free, heads)) - have
            for block in (node.body, getattr(node, "orelse", [])):
                read |= _read(block, have | _own(node))
        else:
            read |= _free(node) - have
            have |= _own(node)
    return read


def _own(node: ast.stmt) -> set[str]:
    """Return the names that a statement surely binds, for its body if it has one, else for what follows it."""
    targets: list[ast.expr | None] = []
    if isinstance(node, ast.FunctionDef):
        return {node.name}
    if isinstance(node, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).split(".")[0] for alias in node.names}
    if isinstance(node, ast.Assign):
        targets += node.targets
    elif isinstance(node, ast.For):
        targets.append(node.target)
    elif isinstance(node, ast.With):
        targets += [item.optional_vars for item in node.items]
    return set().union(*(_targets(target) for target in targets if target))


def _targets(node: ast.AST) -> set[str]:
    """Return the names that an assignment to this binds: ``a, (b, c), d[0]`` are a, b and c."""
    if isinstance(node, ast.Name):
        return {node.id} if _stored(node) else set()
    inner = ast.iter_child_nodes(node) if isinstance(node, ast.Tuple | ast.List | ast.Starred) else ()
    return set().union(*map(_targets, inner))


def _free(node: ast.AST) -> set[str]:
    """Return the names that a node reads and that are not its own, as a function's arguments and variables are."""
    if isinstance(node, ast.Name):
        return set() if _stored(node) else {node.id}
    outside = list(ast.iter_child_nodes(node))
    inside: list[ast.AST] = []  # what sees the node's own names
    own: set[str] = set()
    if isinstance(node, FUNCTIONS):
        inside = list(node.body) if isinstance(node.body, list) else [node.body]
        outside = [child for child in outside if child not in inside]
        given = node.args
        arguments = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
        own = {argument.arg for argument in arguments if argument} | _bound(node, items=False)
        for part in ast.walk(node):
            if isinstance(part, ast.Global | ast.Nonlocal):
                own -= set(part.names)
    elif isinstance(node, COMPREHENSIONS):
        inside, outside = outside, [node.generators[0].iter]  # worked out before anything is bound
        own = set().union(*(_targets(part.target) for part in node.generators))
    names = set().union(*map(_free, outside)) | set().union(*map(_free, inside)) - own
    if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
        names.add(node.target.id)  # n += 1 reads n
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
