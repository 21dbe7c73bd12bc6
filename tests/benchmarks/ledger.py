"""Why another tool's figures differ from ours: the difference taken apart, module by module, into measured amounts.

Each function returns amounts (theirs minus ours) with a reason, and their sum is the whole difference. A reason is given only
where the amount comes out of the modules' own shapes; the rest is called unexplained.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from math import prod
from typing import Any, NamedTuple

import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import FlopCounterMode
from torch.utils.module_tracker import ModuleTracker

from course.inspect import Card, Row

__all__ = ["UNEXPLAINED", "Skipped", "Term", "of_counter", "of_fvcore", "of_parameters", "of_torchinfo"]

UNEXPLAINED = "unexplained"
#: Operations that multiply and add, by the words in their names: the only ones whose skipping can make a count too small.
PRODUCTS = re.compile(
    r"attention|attn|conv|(^|[^a-z])(addmm|baddbmm|bmm|mm|mv|matmul|linear|einsum|lstm|gru|rnn)($|[^a-z])"
)
#: What the peers call operations that ours counts too; everything else that they count, ours does not.
COMMON = re.compile(r"(^|\.|_)(conv|convolution|linear|addmm|baddbmm|bmm|mm|matmul|einsum)$|attention")


class Term(NamedTuple):
    """A part of a difference: theirs minus ours, and why."""

    amount: int
    reason: str


Terms = list[Term]
Ops = Mapping[str, int]


def of_parameters(net: nn.Module, card: Card, theirs: int) -> Terms:
    """Take apart a difference in the number of parameters."""
    gap = theirs - card.parameters
    owned = sum(p.numel() for m in net.modules() for p in m.parameters(recurse=False))
    idle = sum(row.parameters for row in card.rows if "not called" in row.note)
    reasons = {
        owned
        - sum(p.numel() for p in net.parameters()): "counts a weight once for each module that shares it",
        -idle: "leaves out the parts that are not called at test time",
    }
    return told({reasons.get(gap, UNEXPLAINED): gap}, gap)


def of_torchinfo(net: nn.Module, card: Card, summary: Any) -> Terms:
    """Take apart the difference to ``torchinfo.summary(…).total_mult_adds``."""
    terms: Counter[str] = Counter()
    ours, paths = by_place(net, card), {id(m): name for name, m in net.named_modules()}
    named = dict(net.named_modules())
    leaves: dict[str, list[Any]] = defaultdict(list)
    for info in summary.summary_list:
        if info.is_leaf_layer and info.macs:
            leaves[paths[info.layer_id]].append(info)
    for path, infos in leaves.items():
        module, rows = named[path], ours.pop(path, [])
        mine, kind = counted(rows), type(module).__name__
        theirs = sum(info.macs for info in infos)
        if mine == 0 and all(row.multiply_adds is not None for row in rows):
            terms[f"counts the weights and biases of {kind}"] += theirs
            continue
        biases = sum(by_its_rule(info, "bias") for info in infos)
        terms["counts biases"] += biases
        gap = theirs - biases - mine
        if gap:
            terms[weight_reason(module, rows, infos, gap)] += gap
    for path, rows in ours.items():  # where it looks at no leaf
        for row in rows:
            if row.multiply_adds is None:
                terms[f"ours does not cover {row.word} and says so"] += 0
            elif row.multiply_adds:
                terms[unseen(named[path], row, path)] -= row.multiply_adds
    return told(terms, summary.total_mult_adds - card.multiply_adds)


def by_its_rule(info: Any, name: str) -> int:
    """Return what torchinfo adds for the parameter of a name: once an example, or in a class called Conv… once a position."""
    parameter = getattr(info.module, name, None)
    if not isinstance(parameter, nn.Parameter):
        return 0
    out = info.output_size
    return parameter.numel() * (prod(out[:1] + out[2:]) if "Conv" in info.class_name else out[0])


def weight_reason(module: nn.Module, rows: list[Row], infos: list[Any], gap: int) -> str:
    """Return why a leaf's weight counts another number of times; the reason must give the gap to the unit."""
    kind, weight = type(module).__name__, getattr(module, "weight", None)
    if any(row.multiply_adds is None for row in rows):
        return f"ours does not cover {kind} and says so"
    if not isinstance(weight, nn.Parameter):
        return UNEXPLAINED
    weights = weight.numel()
    if len(rows) == len(infos) and isinstance(module, nn.modules.conv._ConvTransposeNd):
        moved = sum(prod((row.output_shape or ())[1:]) - prod(row.input_shapes[0][1:]) for row in rows)
        if gap == weights * moved:
            return f"counts {kind} at the positions of its output, which are more than it reads"
    positions = [row.multiply_adds // weights for row in rows if (row.multiply_adds or 0) % weights == 0]
    if len(positions) == len(rows) == len(infos) and gap == weights * sum(1 - n for n in positions):
        return f"counts a {kind} once, not at each of the positions that it is applied to"
    return UNEXPLAINED


def unseen(module: nn.Module, row: Row, path: str) -> str:
    """Return why torchinfo has no entry for a row: a call outside the leaves among the modules."""
    if row.name.partition("#")[0] == path and path and any(module.children()):
        return f"does not count {type(module).__name__}, which has modules inside"
    return f"does not see {row.word} called as a function"


def of_fvcore(net: nn.Module, card: Card, analysis: Any) -> Terms:
    """Take apart the difference to fvcore's ``FlopCountAnalysis(…).total()``."""
    skipped = {path: analysis.unsupported_ops(path) for path, _ in net.named_modules()}
    theirs = exclusive(
        {
            path: {op: int(n) for op, n in ops.items()}
            for path, ops in analysis.by_module_and_operator().items()
        }
    )
    return by_operation(
        net,
        card,
        theirs,
        exclusive(skipped),
        int(analysis.total()),
        "which is on its list of unsupported operations",
    )


def of_counter(net: nn.Module, card: Card, counter: FlopCounterMode, skipped: Skipped) -> Terms:
    """Take apart the difference to half of what torch's FLOP counter found in a run under :class:`Skipped`."""
    known = {str(op) for op in counter.flop_registry}
    flops = {path_of(name): name for name in counter.get_flop_counts() if name != "Global"}
    found = counter.get_flop_counts()
    theirs = exclusive(
        {path: {str(op): n // 2 for op, n in found[name].items()} for path, name in flops.items()}
    )
    left = {path: {op: n for op, n in ops.items() if op not in known} for path, ops in skipped.calls.items()}
    total = counter.get_total_flops() // 2
    return by_operation(net, card, theirs, left, total, "for which it has no formula")


def by_operation(
    net: nn.Module, card: Card, theirs: Mapping[str, Ops], skipped: Mapping[str, Ops], total: int, skips: str
) -> Terms:
    """Compare what two tools count in each module itself, operation by operation."""
    terms: Counter[str] = Counter()
    extra: dict[str, list[tuple[int, list[Row]]]] = defaultdict(list)
    ours = by_place(net, card)
    for path in {**theirs, **ours}:
        rows, ops = ours.get(path, []), theirs.get(path, {})
        for op, amount in ops.items():
            if amount and not COMMON.search(op):
                extra[op].append((amount, rows))
        gap = sum(n for op, n in ops.items() if COMMON.search(op)) - counted(rows)
        if gap:
            terms[operation_reason(rows, gap, skipped.get(path, {}), skips)] += gap
    for op, places in extra.items():
        terms[f"counts {op}{rate(places)}"] += sum(amount for amount, _ in places)
    return told(terms, total - card.multiply_adds)


def operation_reason(rows: list[Row], gap: int, skipped: Ops, skips: str) -> str:
    """Return why the products of a module count otherwise: some were passed over, or read from a figure with four digits."""
    if any(row.multiply_adds is None for row in rows):
        return (
            "ours does not cover "
            + ", ".join(r.word for r in rows if r.multiply_adds is None)
            + " and says so"
        )
    pairs = sum(work.total for row in rows for work in row.work if work.formula.startswith("matrices"))
    passed = [op for op in skipped if PRODUCTS.search(op)]
    if passed and -gap in (pairs, sum(work.total for row in rows for work in row.work)):
        return f"skips {' and '.join(passed)}, {skips}"
    summed = [sum(work.total for work in row.work) for row in rows if row.word == "einsum"]
    if summed and gap == sum(int(float(f"{2 * total:.3e}") / 2) - total for total in summed):
        return "reads einsum off what NumPy prints, which is rounded to four digits"
    return UNEXPLAINED


def rate(places: list[tuple[int, list[Row]]]) -> str:
    """Return how much an operation counts for each element, where one figure gives every amount."""
    rates = []
    for side in ("output", "input"):
        found = set()
        for amount, rows in places:
            shapes = [
                row.output_shape if side == "output" else row.input_shapes[0]
                for row in rows
                if row.input_shapes
            ]
            elements = prod(shapes[0] or ()) if len(shapes) == 1 else 0
            found.add(amount // elements if elements and amount % elements == 0 else 0)
        if len(found) == 1 and max(found):
            rates.append((max(found), side))
    if len({each for each, _ in rates}) == 1 < len(rates):
        return f" ({rates[0][0]} for each element)"
    each, side = min(rates, default=(0, ""))
    return f" ({each} for each element of the {side})" if each else ""


class Skipped(TorchDispatchMode):
    """Writes down which operations are really run, and in which module; enter it before the counter that it watches."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: dict[str, Counter[str]] = defaultdict(Counter)
        self.tracker = ModuleTracker()
        self.largest = 0  # elements of the largest tensor with numbers in it that was computed

    def __enter__(self) -> Skipped:
        self.tracker.__enter__()
        super().__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        super().__exit__(*error)
        self.tracker.__exit__(*error)

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        output = func(*args, **(kwargs or {}))
        parents = [path_of(name) for name in self.tracker.parents if name != "Global"]
        self.calls[max(parents, key=len, default="")][str(func._overloadpacket)] += 1
        for tensor in output if isinstance(output, (list, tuple)) else (output,):
            if isinstance(tensor, torch.Tensor) and not tensor.is_meta:
                self.largest = max(self.largest, tensor.numel())
        return output


def path_of(name: str) -> str:
    """Return the path that torch's trackers write behind the name of the outermost class."""
    return name.partition(".")[2]


def by_place(net: nn.Module, card: Card) -> dict[str, list[Row]]:
    """Return our rows by the path of the module that they are, or in which they are called."""
    names = {name for name, _ in net.named_modules()}
    places: dict[str, list[Row]] = defaultdict(list)
    for row in card.rows:
        path = row.name.partition("#")[0]
        while path not in names:
            path = path.rpartition(".")[0]
        places[path].append(row)
    return places


def counted(rows: Iterable[Row]) -> int:
    """Return the multiply–adds of rows."""
    return sum(row.multiply_adds or 0 for row in rows)


def exclusive(inclusive: Mapping[str, Ops]) -> dict[str, Counter[str]]:
    """Return what each module counts itself, given what it counts with all that is inside."""
    own = {path: Counter(ops) for path, ops in inclusive.items()}
    for path, ops in inclusive.items():
        above = path
        while above:
            above = above.rpartition(".")[0]
            if above in own:
                own[above].subtract(ops)
                break
    return {path: Counter({op: n for op, n in ops.items() if n}) for path, ops in own.items()}


def told(terms: Mapping[str, int], gap: int) -> Terms:
    """Return the terms, largest first; what they leave of the difference is unexplained."""
    found = Counter(terms)
    found[UNEXPLAINED] += gap - sum(found.values())
    kept = [Term(n, why) for why, n in found.items() if n or why.startswith("ours does not")]
    return sorted(kept, key=lambda term: -abs(term.amount))
