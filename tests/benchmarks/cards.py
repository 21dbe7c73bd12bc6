"""How long a card takes, and what it says, beside torchinfo, fvcore and torch's FLOP counter, in the same run.

Run by ``make bench-inspect``. Every classification and segmentation model of torchvision is built once, with random
weights, on the processor. Each tool has one run to warm up, from which its figures are read; then all take turns, and the
median of each is compared with ours. Differences are taken apart by ``tests/benchmarks/ledger.py``.
"""

from __future__ import annotations

import argparse
import copy
import gc
import json
import os
import platform
import statistics
import subprocess
import sys
import time
import warnings
from collections import defaultdict
from collections.abc import Callable
from contextlib import nullcontext
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from course.inspect import analyze
from course.inspect.named import named
from tests.benchmarks.ledger import (
    UNEXPLAINED,
    Skipped,
    Term,
    of_counter,
    of_fvcore,
    of_parameters,
    of_torchinfo,
)
from tests.benchmarks.nets import OTHERS, build_torchvision, torchvision_names
from tests.benchmarks.tables import (
    OURS,
    PEERS,
    each_term,
    line,
    print_differences,
    print_fields,
    print_ratios,
    width,
)

try:
    with warnings.catch_warnings():  # fvcore is older than what torch says of its tracer today
        warnings.simplefilter("ignore")
        import torchinfo
        from fvcore.nn import FlopCountAnalysis, parameter_count
except ImportError as missing:
    MISSING: str | None = missing.name
else:
    MISSING = None

LARGEST = 400_000_000  # parameters of a model that is built without --all
SLOW = 1.0  # seconds after which a tool is timed once, not --repeats times

Shape = tuple[int, ...]


def tools(net: nn.Module, ghost: nn.Module, shape: Shape) -> dict[str, Callable[[], Any]]:
    """Return what each tool does to a net, in the way that its own documentation shows."""
    x, batch = torch.rand(1, *shape), (1, *shape)

    def with_counter(module: nn.Module, device: str) -> FlopCounterMode:
        with torch.no_grad(), FlopCounterMode(display=False) as counter:
            module(x.to(device))
        return counter

    def with_fvcore() -> FlopCountAnalysis:
        found = FlopCountAnalysis(net, x).unsupported_ops_warnings(False).uncalled_modules_warnings(False)
        found.tracer_warnings("none").total()
        return found

    return {
        OURS: lambda: analyze(net, shape),
        "torchinfo": lambda: torchinfo.summary(net, input_size=batch, verbose=0),
        "torchinfo meta": lambda: torchinfo.summary(ghost, input_size=batch, verbose=0, device="meta"),
        "fvcore": with_fvcore,
        "counter": lambda: with_counter(net, "cpu"),
        "counter meta": lambda: with_counter(ghost, "meta"),
    }


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds that a call took, and its result."""
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def measure(net: nn.Module, ghost: nn.Module, shape: Shape, repeats: int) -> dict[str, Any]:
    """Return the times and the differences of one net; a tool that fails is named with its error."""
    work, results, seconds = tools(net.eval(), ghost.eval(), shape), {}, {}
    failed: dict[str, str] = {}
    watched: dict[str, Skipped] = {}
    for tool in list(work):
        try:
            with Skipped() if tool.startswith("counter") else nullcontext() as watch:
                seconds[tool], results[tool] = timed(work[tool])
        except Exception as error:
            failed[tool] = f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
            del work[tool]
        if watch is not None:
            watched[tool] = watch
    if OURS in failed:
        raise RuntimeError(failed[OURS])
    turns: dict[str, list[float]] = defaultdict(list)
    for turn in range(repeats):
        order = list(work)[turn % len(work) :] + list(work)[: turn % len(work)]
        for tool in order:
            if turn == 0 or seconds[tool] < SLOW:
                gc.collect()
                turns[tool].append(timed(work[tool])[0])
    return {
        "parameters": results[OURS].parameters,
        "multiply_adds": results[OURS].multiply_adds,
        "complete": results[OURS].complete,
        "receptive_field": offers(results),
        "seconds": {tool: statistics.median(times) for tool, times in turns.items()},
        "runs": {tool: len(times) for tool, times in turns.items()},
        "failed": failed,
        "real_elements": real_elements(net, shape),
        "differences": differences(net, results, watched),
    }


def differences(
    net: nn.Module, results: dict[str, Any], watched: dict[str, Skipped]
) -> dict[str, dict[str, list[Term]]]:
    """Return, for each tool, how its parameters and multiply–adds differ from ours, taken apart."""
    card, found = results[OURS], {}
    if "torchinfo" in results:
        summary = results["torchinfo"]
        found["torchinfo"] = {
            "parameters": of_parameters(net, card, summary.total_params),
            "multiply_adds": of_torchinfo(net, card, summary),
        }
    if "fvcore" in results:
        found["fvcore"] = {
            "parameters": of_parameters(net, card, parameter_count(net)[""]),
            "multiply_adds": of_fvcore(net, card, results["fvcore"]),
        }
    for tool, watch in watched.items():
        if tool in results:
            found[tool] = {"multiply_adds": of_counter(net, card, results[tool], watch)}
    return found


def real_elements(net: nn.Module, shape: Shape) -> int:
    """Return the elements of the largest tensor with numbers in it that is computed while we analyse."""
    with Skipped() as seen:
        analyze(net, shape)
    assert seen.calls, "the watch saw nothing"
    return seen.largest


def offers(results: dict[str, Any]) -> dict[str, str]:
    """Return the receptive field that each tool's result gives, looked for among its attributes."""
    found = {}
    for tool, result in results.items():
        value = next((getattr(result, name) for name in dir(result) if "receptive" in name.lower()), None)
        found[tool] = "not offered" if value is None else told_field(value)
    return found


def told_field(field: Any) -> str:
    """Return a receptive field in a few words."""
    if getattr(field, "reason", None):
        return f"not covered: {field.reason}"
    size = "×".join(map(str, field.size))
    return f"whole input ({size})" if field.whole_input else f"{size}, jump {'×'.join(map(str, field.jump))}"


def provenance(command: list[str]) -> dict[str, Any]:
    """Return what was run where, and when."""

    def git(*words: str) -> str:
        try:
            return subprocess.run(["git", *words], capture_output=True, text=True, check=True).stdout.strip()
        except (OSError, subprocess.CalledProcessError):
            return ""

    return {
        "command": " ".join(command),
        "commit": (git("rev-parse", "HEAD") or "unknown")
        + (" with changes" if git("status", "--porcelain") else ""),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "device": f"processor, {processor()}",
        "system": platform.platform(),
        "threads": torch.get_num_threads(),
        "load": os.getloadavg()[0] if hasattr(os, "getloadavg") else None,
        "versions": {name: version(name) for name in ("torch", "torchvision", "torchinfo", "fvcore")}
        | {"python": platform.python_version()},
    }


def processor() -> str:
    """Return the name of the processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((row.partition(": ")[2] for row in lines if row.startswith("model name")), platform.machine())


def run(
    names: list[str], options: argparse.Namespace, results: dict[str, dict[str, Any]], skipped: dict[str, str]
) -> None:
    """Measure each model, with a line for each, into the results."""
    print(f"{'':<26}{'ours':>11}" + "".join(f"{tool + ' ':>{width(tool)}}" for tool in PEERS))
    for number, name in enumerate(names, 1):
        if name in OTHERS:
            make, shape = OTHERS[name]
            net = make()
            ghost = copy.deepcopy(net).to("meta")
        else:
            shape, ghost = (3, options.size, options.size), named(f"torchvision:{name}")
            size = sum(p.numel() for p in ghost.parameters())
            if size > LARGEST and not options.all:
                skipped[name] = f"{size / 1e6:.0f} M parameters (with --all it is measured)"
                continue
            net = build_torchvision(name)
        try:
            results[name] = measure(net, ghost, shape, options.repeats)
        except (RuntimeError, ValueError, AssertionError) as error:
            skipped[name] = f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"
            print(f"{name:<26}not measured: {skipped[name]}", flush=True)
            continue
        print(f"{line(name, results[name])}  {number}/{len(names)}", flush=True)
        for tool, why in results[name]["failed"].items():
            print(f"{'':<26}{tool} failed: {why}")


def main() -> int:
    """Print the lines and the tables; return 130 where it was interrupted, 1 where something stayed unexplained."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--models", nargs="+", metavar="NAME", help="these models only")
    parser.add_argument("--repeats", type=int, default=3, metavar="N", help="timed runs of each tool (3)")
    parser.add_argument(
        "--size", type=int, default=224, metavar="N", help="height and width of the image (224)"
    )
    parser.add_argument(
        "--all", action="store_true", help=f"models above {LARGEST // 10**6} M parameters as well"
    )
    parser.add_argument(
        "--json", type=Path, metavar="PATH", help="write everything, with its provenance, to a file"
    )
    options = parser.parse_args()
    known = [*torchvision_names(), *OTHERS]
    names = options.models or known
    if unknown := [name for name in names if name not in known]:
        parser.error(
            f"no model is named {unknown[0]!r}: give some of {', '.join(known[:3])}, …, or {', '.join(OTHERS)}"
        )
    if options.repeats < 1:
        parser.error(f"--repeats {options.repeats}: give at least 1")
    warnings.filterwarnings("ignore", message=".*torch.jit.*")
    told, start = provenance(["make bench-inspect"] if len(sys.argv) == 1 else sys.argv), time.perf_counter()
    for key, value in told.items():
        print(f"{key:<10}{value}")
    print(
        f"\nEach tool on one image of {options.size}×{options.size}: the median of {options.repeats} runs after a warm-up, all in turn. "
        f"' marks one run, where a run takes over {SLOW:g} s.\n"
        "torchinfo and counter run the net; fvcore traces a run; the columns with meta take a copy of the net without weights.\n"
        "Columns behind our time: their time / our time.\n"
    )
    results: dict[str, dict[str, Any]] = {}
    skipped: dict[str, str] = {}
    interrupted = False
    try:
        run(names, options, results, skipped)
    except KeyboardInterrupt:
        interrupted = True
        print("\ninterrupted: what follows is of the models above")
    if not results:
        return 130 if interrupted else 1
    print_fields(results)
    print_differences(results)
    ratios = print_ratios(results) if any(name not in OTHERS for name in results) else {}
    real = max(results, key=lambda name: results[name]["real_elements"])
    largest = results[real]["real_elements"]
    print(
        "\nTensors with numbers in them that were computed while we analysed: "
        + (
            f"the largest has {largest:,} elements, in {real}"
            if largest
            else f"none in {len(results)} models"
        )
    )
    for name, why in skipped.items():
        print(f"not measured: {name}, {why}")
    print(f"took {time.perf_counter() - start:.0f} s")
    if options.json:
        told["seconds"] = time.perf_counter() - start
        document = {
            "provenance": told,
            "interrupted": interrupted,
            "skipped": skipped,
            "ratios": ratios,
            "models": results,
        }
        options.json.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if interrupted:
        return 130
    return int(any(term.reason == UNEXPLAINED for *_, term in each_term(results)))


if __name__ == "__main__":
    if MISSING is not None:
        sys.exit(f"{MISSING} is not installed: make bench-inspect installs it (it needs the network once)")
    sys.exit(main())
