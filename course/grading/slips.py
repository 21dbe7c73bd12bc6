"""What a slip of the hand or of thought makes of one node of a syntax tree: a neighbour of it, in every way we know."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TypeVar

__all__ = ["variants"]

Found = Iterator[tuple[str, ast.AST]]
Node = TypeVar("Node", bound=ast.AST)

ARITHMETIC: dict[type[ast.operator], tuple[type[ast.operator], ...]] = {
    ast.Add: (ast.Sub, ast.Mult),
    ast.Sub: (ast.Add, ast.Mult),
    ast.Mult: (ast.Add, ast.Div),
    ast.Div: (ast.Mult, ast.FloorDiv),
    ast.FloorDiv: (ast.Div, ast.Mult),
    ast.Mod: (ast.FloorDiv, ast.Mult),
    ast.Pow: (ast.Mult, ast.Add),
    ast.MatMult: (ast.Mult,),
    ast.BitAnd: (ast.BitOr,),
    ast.BitOr: (ast.BitAnd,),
    ast.BitXor: (ast.BitOr,),
    ast.LShift: (ast.RShift,),
    ast.RShift: (ast.LShift,),
}
ORDERED = (ast.Sub, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult)
COMPARISONS: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.Gt, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),  # codespell:ignore notin
    ast.NotIn: (ast.In,),  # codespell:ignore notin
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}
#: Functions that are taken for one another.
PAIRS = (
    "max min, maximum minimum, sum mean, zeros ones, zeros_like ones_like, floor ceil, exp expm1, log log1p, "
    "log log2, any all, argmax argmin, sin cos, sqrt square, std var, float int, float64 float32, hstack vstack, "
    "cumsum cumprod, append insert, amax amin, logical_and logical_or, rot90 transpose, greater greater_equal, "
    "less less_equal, isfinite isnan, randn rand, full full_like, tanh sinh, round floor, prod sum"
)
#: Of these the sign of the first argument does not matter, or makes no sense.
SIGNLESS = {
    "abs",
    "fabs",
    "absolute",
    "square",
    "cos",
    "cosh",
    "len",
    "range",
    "int",
    "shape",
    "ndim",
    "isinstance",
}
#: Of these the order of the arguments does not matter.
SYMMETRIC = {"max", "min", "maximum", "minimum", "add", "gcd", "lcm", "hypot"}
AXES = {"axis", "dim", "axes"}
#: Keywords that only guard against what must not happen.
GUARDS = {"strict"}


def _siblings() -> dict[str, tuple[str, ...]]:
    """Return for each name the names it is taken for."""
    found: dict[str, tuple[str, ...]] = {}
    for pair in PAIRS.split(", "):
        one, other = pair.split()
        found[one] = (*found.get(one, ()), other)
        found[other] = (*found.get(other, ()), one)
    return found


SIBLINGS = _siblings()


def variants(node: ast.AST, parent: ast.AST, field: str, names: Sequence[str]) -> Found:
    """Yield (what happened, the node instead) for one node."""
    if isinstance(node, ast.stmt):
        yield from _statement(node)
    if not isinstance(node, ast.expr) or isinstance(getattr(node, "ctx", None), ast.Store):
        if isinstance(node, ast.Subscript):
            yield from _subscript(node)
        return
    yield from _expression(node, parent, field, names)
    if field in ("test", "ifs"):
        if not isinstance(node, ast.Compare):
            yield "condition negated", ast.UnaryOp(ast.Not(), node)
        if not isinstance(parent, ast.IfExp):
            yield "condition off", ast.Constant(False)
            if not isinstance(parent, ast.While):
                yield "condition on", ast.Constant(True)
    if _signed(node, parent, field):
        yield "sign", ast.UnaryOp(ast.USub(), node)


def _signed(node: ast.expr, parent: ast.AST, field: str) -> bool:
    """Say whether a minus in front of an expression is a slip worth making."""
    if not isinstance(node, ast.Name | ast.Call | ast.Attribute | ast.Subscript | ast.BinOp):
        return False
    if isinstance(parent, ast.BinOp):
        return field == "left" and isinstance(parent.op, ast.Mult | ast.Div | ast.MatMult)
    if isinstance(parent, ast.Call):
        return field == "args" and parent.args[0] is node and _called(parent) not in SIGNLESS
    return isinstance(parent, ast.Return)


def _statement(node: ast.stmt) -> Found:
    """Yield variants of a whole statement."""
    if not isinstance(node, ast.Pass):
        yield "statement deleted", ast.Pass()
    if isinstance(node, ast.AugAssign):
        yield "assignment", ast.Assign([node.target], node.value, lineno=0)
        for other in ARITHMETIC.get(type(node.op), ()):
            yield "operator", ast.AugAssign(node.target, other(), node.value)
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript):
        yield "assignment", ast.AugAssign(node.targets[0], ast.Add(), node.value)
    if isinstance(node, ast.Break):
        yield "loop", ast.Continue()
    if isinstance(node, ast.Continue):
        yield "loop", ast.Break()


def _expression(node: ast.expr, parent: ast.AST, field: str, names: Sequence[str]) -> Found:
    """Yield variants of an expression by its kind."""
    match node:
        case ast.BinOp(left=left, op=op, right=right):
            for other in ARITHMETIC.get(type(op), ()):
                yield "operator", ast.BinOp(left, other(), right)
            if isinstance(op, ORDERED):
                yield "operands swapped", ast.BinOp(right, op, left)
            yield "operand dropped", left
            yield "operand dropped", right
        case ast.Compare(ops=ops):
            for number, comparison in enumerate(ops):
                for instead in COMPARISONS[type(comparison)]:
                    some = [*ops[:number], instead(), *ops[number + 1 :]]
                    yield "comparison", ast.Compare(node.left, some, node.comparators)
        case ast.BoolOp(op=op, values=values):
            yield "and, or", ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)
            for fewer in _without_one(values):
                yield "operand dropped", fewer[0] if len(fewer) == 1 else ast.BoolOp(op, fewer)
        case ast.UnaryOp(op=ast.USub() | ast.Not(), operand=operand):
            if not (isinstance(parent, ast.keyword) and parent.arg in AXES):
                yield "sign", operand
        case ast.IfExp(body=body, orelse=orelse):
            yield "branch", body
            yield "branch", orelse
        case ast.Constant():
            yield from _constant(node, parent, field)
        case ast.Name() if node.id in names and len(names) > 1 and field != "func":
            for step in (1, -1):
                name = names[(names.index(node.id) + step) % len(names)]
                yield "another name", ast.Name(name, ast.Load())
        case ast.Attribute(value=value, attr=attr):
            if attr in ("T", "mT"):
                yield "transposition dropped", value
            if field != "func":
                for sibling in SIBLINGS.get(attr, ()):
                    yield "sibling", ast.Attribute(value, sibling, ast.Load())
        case ast.Subscript():
            yield from _subscript(node)
        case ast.Slice():
            yield from _slice(node)
        case ast.Call():
            yield from _call(node, names)
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            axes = isinstance(parent, ast.keyword) and parent.arg in AXES  # their order does not matter
            for swapped in _swaps(elements) if not axes else []:
                yield "elements swapped", type(node)(swapped, ast.Load())
            if field != "slice" and len(elements) > 1:
                for fewer in _without_one(elements):
                    yield "element dropped", type(node)(fewer, ast.Load())
        case ast.Dict(keys=keys, values=values):
            for number in range(len(keys)):
                yield (
                    "item dropped",
                    ast.Dict(keys[:number] + keys[number + 1 :], values[:number] + values[number + 1 :]),
                )


def _constant(node: ast.Constant, parent: ast.AST, field: str) -> Found:
    """Yield neighbours of a number, the other truth value, or another text."""
    value = node.value
    others: list[bool | int | float | str] = []
    if isinstance(parent, ast.keyword) and parent.arg in GUARDS:
        return
    if isinstance(value, bool):
        others = [not value]
    elif isinstance(value, int | float):
        others = [value + 1, value - 1]
        if isinstance(parent, ast.keyword) and parent.arg in AXES:  # -1 is another name of the last axis
            others = [other for other in (0, 1, 2) if other != value]
        elif isinstance(parent, ast.UnaryOp):
            others += [2 * value]
        elif field in ("lower", "upper"):  # from the end: another name of a place, where the length is known
            others += [type(value)(0)]
        elif field != "slice":
            others += [type(value)(0), 2 * value]
            if value:
                yield "sign", ast.Constant(-value)
    elif isinstance(value, str) and not isinstance(parent, ast.Expr):
        others = [value + "_"]
    for other in others:
        yield "constant", ast.Constant(other)


def _subscript(node: ast.Subscript) -> Found:
    """Yield an index moved by one."""
    several = isinstance(node.slice, ast.Tuple)
    indices = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    for number, index in enumerate(indices):
        if isinstance(index, ast.Name | ast.BinOp | ast.Attribute | ast.Call):
            for moved in _moved(index):
                some = [*indices[:number], moved, *indices[number + 1 :]]
                where = ast.Tuple(some, ast.Load()) if several else moved
                yield "index", ast.Subscript(node.value, where, node.ctx)


def _slice(node: ast.Slice) -> Found:
    """Yield a slice with a bound moved by one, dropped or added."""
    lower, upper, step = node.lower, node.upper, node.step
    for bound in _moved(lower) if lower else [ast.Constant(1)]:
        yield "bound", ast.Slice(bound, upper, step)
    for bound in _moved(upper) if upper else [ast.UnaryOp(ast.USub(), ast.Constant(1))]:
        yield "bound", ast.Slice(lower, bound, step)
    if lower:
        yield "bound dropped", ast.Slice(None, upper, step)
    if upper:
        yield "bound dropped", ast.Slice(lower, None, step)
    if step:
        yield "step dropped", ast.Slice(lower, upper, None)


def _moved(node: ast.expr) -> list[ast.expr]:
    """Return an index moved by one either way; constants have variants of their own."""
    if isinstance(node, ast.Constant) or (
        isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant)
    ):
        return []
    return [ast.BinOp(node, ast.Add(), ast.Constant(1)), ast.BinOp(node, ast.Sub(), ast.Constant(1))]


def _call(node: ast.Call, names: Sequence[str]) -> Found:
    """Yield a call with other arguments, of a sibling, or left out."""
    func, arguments, keywords = node.func, node.args, node.keywords
    for swapped in _swaps(arguments) if _called(node) not in SYMMETRIC else []:
        yield "arguments swapped", ast.Call(func, swapped, keywords)
    for number, keyword in enumerate(keywords):
        if keyword.arg not in GUARDS:
            yield "keyword dropped", ast.Call(func, arguments, [*keywords[:number], *keywords[number + 1 :]])
    for number, keyword in enumerate(keywords):
        if keyword.arg in AXES and isinstance(keyword.value, ast.Tuple):
            for axes in _without_one(keyword.value.elts):
                some = ast.keyword(keyword.arg, ast.Tuple(axes, ast.Load()))
                yield "axis", ast.Call(func, arguments, [*keywords[:number], some, *keywords[number + 1 :]])
    for sibling in SIBLINGS.get(_called(node), ()):
        other = (
            ast.Attribute(func.value, sibling, ast.Load())
            if isinstance(func, ast.Attribute)
            else ast.Name(sibling, ast.Load())
        )
        yield "sibling", ast.Call(other, arguments, keywords)
    if _called(node) == "range":
        for number, argument in enumerate(arguments):
            for moved in _moved(argument):
                yield (
                    "range",
                    ast.Call(func, [*arguments[:number], moved, *arguments[number + 1 :]], keywords),
                )
    if isinstance(func, ast.Attribute) and _root(func.value) in names:
        yield "call dropped", func.value
    elif arguments and not isinstance(arguments[0], ast.Starred | ast.GeneratorExp):
        yield "call dropped", arguments[0]


def _called(node: ast.Call) -> str:
    """Return the last name of what is called."""
    func = node.func
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""


def _root(node: ast.AST) -> str:
    """Return the name an expression starts with; a call or an operation counts as a value of the function's own."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _swaps(nodes: Sequence[ast.expr]) -> Iterator[list[ast.expr]]:
    """Yield the list with two neighbours exchanged."""
    for number, (one, other) in enumerate(pairwise(nodes)):
        if not isinstance(one, ast.Starred) and not isinstance(other, ast.Starred):
            yield [*nodes[:number], other, one, *nodes[number + 2 :]]


def _without_one(nodes: Sequence[Node]) -> Iterator[list[Node]]:
    """Yield the list without each of its entries in turn."""
    for number in range(len(nodes)):
        yield [*nodes[:number], *nodes[number + 1 :]]
