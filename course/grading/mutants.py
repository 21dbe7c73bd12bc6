"""Do the hidden tests notice every slip? Change each function of the solution in every small way and run the tests.

Each mutant, a solution with one function changed, must lose points. One that loses none is a survivor: a hole in
the tests, or a change that changes nothing, which a TOML file says and proves in words. Runs an instructor's
notebook in forked processes, never students' work:
``python -m course.grading.mutants solutions/ps/ps.ipynb --equivalent tests/submissions/ps/equivalent.toml``.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import gc
import itertools
import os
import resource
import sys
import tomllib
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from nbformat import NotebookNode

from course.grading.draws import Begin, fixed_draws
from course.grading.forked import Stage, cells_of, stages
from course.grading.graft import read_notebook
from course.grading.mutation import Change, Function, changed, changes

__all__ = [
    "Equivalent",
    "Mutant",
    "MutantsError",
    "Report",
    "mutants_of",
    "pairs_of",
    "read_equivalents",
    "try_mutants",
]

FEWEST = 30  # distinct mutants of each function
RUNS = 3  # of a survivor: tests draw fresh numbers, and one draw may miss (of a sample's listed ones: 1)
SHORTEST_PROOF = 30  # characters


class MutantsError(ValueError):
    """A solution that fails its own tests, or a list of equivalents that cannot be read."""


@dataclass(frozen=True)
class Mutant:
    """A changed function.

    Attributes:
        cell: the grade id of the answer cell.
        function: its name, ``Class.method`` for methods.
        changes: one change, or two where a function is too short for enough single ones.
        was: the lines that change, as ``ast.unparse`` writes them, without indents.
        becomes: what they change to.
        tree: the answer cell with the changed function.
    """

    cell: str
    function: str
    changes: tuple[Change, ...]
    was: str
    becomes: str
    tree: ast.Module

    def key(self) -> tuple[str, str, str]:
        """Return what a list of equivalents knows it by."""
        return self.function, self.was, self.becomes


@dataclass(frozen=True)
class Equivalent:
    """A mutant that changes nothing a test may ask for, and why."""

    function: str
    was: str
    becomes: str
    proof: str


@dataclass
class Report:
    """What became of the mutants.

    Attributes:
        killed: each mutant that lost points, with the test cell where it lost the first, or what limit it met.
        survived: mutants that lost none, in three runs.
        excused: survivors that are listed as equivalent.
        few: functions with fewer distinct mutants than wanted, and how many they have.
        wrong_list: what is wrong with the list of equivalents, in sentences.
        seconds: processor time of all runs.
    """

    killed: list[tuple[Mutant, str]] = field(default_factory=list)
    survived: list[Mutant] = field(default_factory=list)
    excused: list[Mutant] = field(default_factory=list)
    few: dict[str, int] = field(default_factory=dict)
    wrong_list: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def functions(self) -> list[str]:
        """Return the functions, in the order of the notebook."""
        return list(dict.fromkeys(mutant.function for mutant, _ in self.killed))


def functions_of(source: str) -> list[tuple[str, Function]]:
    """Return the functions and methods of a source by name; functions inside functions belong to the outer one.

    >>> [name for name, _ in functions_of("def f(): pass\\nclass C:\\n    def g(self): pass")]
    ['f', 'C.g']
    """
    found: list[tuple[str, Function]] = []
    for node in ast.parse(source).body:
        if isinstance(node, Function):
            found.append((node.name, node))
        elif isinstance(node, ast.ClassDef):
            methods = [inner for inner in node.body if isinstance(inner, Function)]
            found += [(f"{node.name}.{method.name}", method) for method in methods]
    return found


def mutants_of(cell: str, source: str, name: str) -> list[Mutant]:
    """Return the mutants of one change of a function in an answer cell.

    >>> for mutant in mutants_of("f", "def f(x):\\n    return x > 1", "f")[:3]:
    ...     print(mutant.was, "→", mutant.becomes)
    return x > 1 → pass
    return x > 1 → return x >= 1
    return x > 1 → return x < 1
    """
    function = dict(functions_of(source))[name]
    return [_mutant(cell, source, name, function, change) for change in changes(function)]


def pairs_of(source: str, mutants: Sequence[Mutant], wanted: int) -> list[Mutant]:
    """Return mutants with two changes that do not meet, from mutants with one change of one function.

    >>> source = "def f(x, y):\\n    return x + 2 * y"
    >>> for pair in pairs_of(source, mutants_of("f", source, "f"), 2):
    ...     print(pair.becomes)
    return y + (2 + y)
    return y + 0 * y
    """
    seen = {ast.unparse(mutant.tree) for mutant in mutants}
    found: list[Mutant] = []
    two = [
        (one, other)
        for one, other in itertools.combinations(mutants, 2)
        if not one.changes[0].meets(other.changes[0])
        and {one.changes[0].kind, other.changes[0].kind} != {"sign"}  # two minus signs often make a plus
    ]
    step = max(1, len(two) // max(wanted, 1))
    for one, other in itertools.chain.from_iterable(two[start::step] for start in range(step)):
        if len(found) == wanted:
            break
        function = dict(functions_of(source))[one.function]
        pair = _mutant(one.cell, source, one.function, function, *one.changes, *other.changes)
        text = ast.unparse(pair.tree)
        if text not in seen:
            seen.add(text)
            found.append(pair)
    return found


def _mutant(cell: str, source: str, name: str, function: Function, *several: Change) -> Mutant:
    """Return a mutant with these changes."""
    other = changed(function, *several)
    was, becomes = _difference(ast.unparse(function), ast.unparse(other))
    module = ast.parse(source)
    owner, _, method = name.rpartition(".")
    for number, node in enumerate(module.body):
        if isinstance(node, ast.ClassDef) and node.name == owner:
            node.body = [
                other if isinstance(inner, Function) and inner.name == method else inner
                for inner in node.body
            ]
        elif isinstance(node, Function) and not owner and node.name == method:
            module.body[number] = other
    return Mutant(cell, name, several, was, becomes, ast.fix_missing_locations(module))


def _difference(before: str, after: str) -> tuple[str, str]:
    """Return the lines that only one of two texts has, without indents."""
    lines = list(difflib.ndiff(before.split("\n"), after.split("\n")))
    removed, added = ("\n".join(x[2:].strip() for x in lines if x.startswith(sign)) for sign in "-+")
    return removed, added


def read_equivalents(path: Path) -> list[Equivalent]:
    """Return the mutants that a TOML file lists as equivalent: ``[[equivalent]]`` with function, was, becomes, proof.

    Where one proof holds for several mutants of the same lines, ``becomes`` is a list.

    Raises:
        MutantsError: an entry with other keys, or a proof too short to be one.
    """
    found = []
    for entry in tomllib.loads(path.read_text(encoding="utf-8")).get("equivalent", []):
        if set(entry) != {"function", "was", "becomes", "proof"}:
            raise MutantsError(f"{path}: write function, was, becomes and proof, not {', '.join(entry)}")
        if len(entry["proof"].strip()) < SHORTEST_PROOF:
            raise MutantsError(f"{path}: say why {entry['becomes']!r} in {entry['function']} changes nothing")
        several = [entry["becomes"]] if isinstance(entry["becomes"], str) else entry["becomes"]
        was, proof = entry["was"].strip("\n"), entry["proof"]
        found += [Equivalent(entry["function"], was, text.strip("\n"), proof) for text in several]
    return found


def try_mutants(
    solution: NotebookNode,
    equivalents: Sequence[Equivalent] = (),
    only: str | None = None,
    every: int = 1,
    progress: Callable[[Mutant, str], None] = lambda mutant, fate: None,
    seed: int | None = None,
) -> Report:
    """Try every mutant of every function of a solution's answer cells on the notebook's tests.

    Args:
        solution: the instructor's notebook, hidden tests included.
        equivalents: survivors to accept; listing one that is killed, or that is no mutant, is an error.
        only: one function's name; all by default.
        every: try every so many-th mutant of a function only, and leave the others out of the report.
        progress: called with each mutant and the test cell that kills it, or an empty text.
        seed: what the cells' random numbers follow from; None draws fresh ones.

    Raises:
        MutantsError: the solution loses points.
    """
    report, began = Report(), _cpu()
    listed = {(entry.function, entry.was, entry.becomes) for entry in equivalents} if every > 1 else set()
    gc.collect()
    gc.freeze()  # else every child copies the pages that its collector touches
    try:
        with fixed_draws(seed) as begin:
            for stage in stages(cells_of(solution), begin):
                for name, _ in functions_of(stage.cells[stage.place].source):
                    if only in (None, name):
                        _try_function(name, stage, report, every, listed, progress)
    except ValueError as problem:
        raise MutantsError(str(problem)) from problem
    finally:
        gc.unfreeze()
    _excuse(report, [entry for entry in equivalents if only in (None, entry.function)], every == 1)
    report.seconds = _cpu() - began
    return report


def _try_function(
    name: str,
    stage: Stage,
    report: Report,
    every: int,
    once: Collection[tuple[str, str, str]],
    progress: Callable[[Mutant, str], None],
) -> None:
    """Try the mutants of one function, those known to survive once, and pairs of those killed where they are few."""
    cell = stage.cells[stage.place]
    single = mutants_of(cell.name, cell.source, name)
    killed: list[Mutant] = []

    def attempt(all_of_them: Sequence[Mutant]) -> None:
        mutants = all_of_them[::every]
        fates = dict.fromkeys(range(len(mutants)), "")
        for run in range(RUNS):
            alive = [
                number
                for number, fate in fates.items()
                if not fate and (run == 0 or mutants[number].key() not in once)
            ]
            told = replace(stage, begin=_numbered(stage.begin, run)).first_failures(
                [mutants[number].tree for number in alive], name
            )
            fates.update(zip(alive, told, strict=True))
        for mutant, fate in zip(mutants, fates.values(), strict=True):
            if fate:
                killed.append(mutant)
                report.killed.append((mutant, fate))
            else:
                report.survived.append(mutant)
            progress(mutant, fate)

    attempt(single)
    pairs = pairs_of(cell.source, killed, FEWEST - len(single)) if len(single) < FEWEST else []
    attempt(pairs)
    if every == 1 and len(single) + len(pairs) < FEWEST:
        report.few[name] = len(single) + len(pairs)


def _numbered(begin: Begin, run: int) -> Begin:
    """Return what begins a cell of this run: with fixed draws, each run has numbers of its own."""
    return lambda name: begin(f"{name} {run}")


def _cpu() -> float:
    """Return the processor time of this process and its children."""
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def _excuse(report: Report, equivalents: Sequence[Equivalent], complete: bool) -> None:
    """Move listed survivors to the excused, and say what is wrong with the list; of mutants not tried nothing is known."""
    listed = {(entry.function, entry.was, entry.becomes) for entry in equivalents}
    report.excused = [mutant for mutant in report.survived if mutant.key() in listed]
    report.survived = [mutant for mutant in report.survived if mutant.key() not in listed]
    excused = {mutant.key() for mutant in report.excused}
    killers = {mutant.key(): killer for mutant, killer in report.killed}
    for function, was, becomes in sorted(listed - excused):
        killer = killers.get((function, was, becomes))
        if not killer and not complete:
            continue
        why = f"is killed by {killer}" if killer else "is no mutant"
        report.wrong_list.append(f"{function}: listed as equivalent, but {was!r} → {becomes!r} {why}")


def _toml(mutant: Mutant) -> str:
    """Return the entry that would excuse a survivor, its proof left to write."""
    quoted = [f"{key} = '''\n{text}'''" for key, text in (("was", mutant.was), ("becomes", mutant.becomes))]
    return "\n".join(["[[equivalent]]", f'function = "{mutant.function}"', *quoted, 'proof = ""', ""])


def _say(mutant: Mutant, fate: str) -> None:
    """Print a mutant and what became of it."""
    lines = [f"  - {line}" for line in mutant.was.split("\n") if line]
    lines += [f"  + {line}" for line in mutant.becomes.split("\n") if line]
    print(
        "\n".join([f"{mutant.function}: {f'killed by {fate}' if fate else 'survives'}", *lines]), flush=True
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Print for each function how many mutants were killed and where, then the survivors."""
    parser = argparse.ArgumentParser(prog="python -m course.grading.mutants", description=__doc__)
    parser.add_argument("solution", type=Path, help="the instructor's notebook")
    parser.add_argument("--equivalent", type=Path, help="a TOML file that proves survivors equivalent")
    parser.add_argument("--only", metavar="FUNCTION", help="change this function only")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="try every N-th mutant only")
    parser.add_argument(
        "--seed", type=int, metavar="S", help="draw the same numbers each time (fresh ones by default)"
    )
    parser.add_argument("--show", action="store_true", help="print every mutant")
    parser.add_argument("--toml", action="store_true", help="print survivors as entries for --equivalent")
    chosen = parser.parse_args(arguments)
    try:
        equivalents = read_equivalents(chosen.equivalent) if chosen.equivalent else []
        report = try_mutants(
            read_notebook(chosen.solution),
            equivalents,
            chosen.only,
            max(1, chosen.every),
            _say if chosen.show else lambda mutant, fate: None,
            chosen.seed,
        )
    except MutantsError as problem:
        print(problem, file=sys.stderr)
        return 1
    for name in report.functions():
        killers = Counter(killer for mutant, killer in report.killed if mutant.function == name)
        where = ", ".join(f"{killer} {count}" for killer, count in killers.most_common())
        excused = sum(mutant.function == name for mutant in report.excused)
        alive = sum(mutant.function == name for mutant in report.survived)
        fates = f"{killers.total()} killed, {excused} equivalent, {alive} survive"
        print(f"{name}: {killers.total() + excused + alive} mutants, {fates} ({where})")
    for mutant in report.survived:
        print(_toml(mutant)) if chosen.toml else _say(mutant, "")
    for name, count in report.few.items():
        print(
            f"{name}: only {count} distinct mutants, {FEWEST} are wanted: write it as more than one expression"
        )
    for sentence in report.wrong_list:
        print(sentence)
    tried = len(report.killed) + len(report.excused) + len(report.survived)
    print(
        f"{len(report.functions())} functions, {tried} mutants, {len(report.killed)} killed, "
        f"{len(report.excused)} equivalent, {len(report.survived)} survive; {report.seconds:.0f} s of processor time"
    )
    return 1 if report.survived or report.few or report.wrong_list or not tried else 0


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch is imported: threads do not survive a fork
    os.environ["CUDA_VISIBLE_DEVICES"] = ""  # nor do handles of a GPU
    sys.exit(main())
