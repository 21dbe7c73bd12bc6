"""``course train`` and ``course reproduce``."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import torch

from course.experiments.lab import LARGEST, ROOT, run
from course.experiments.registry import SCALES, ExperimentError, find, names
from course.experiments.results import RESULTS
from course.training import Interrupted

__all__ = ["reproduce", "train"]


def train(parser: argparse.ArgumentParser, arguments: list[str]) -> int:
    """Run an experiment; keep its figures, curves and weights in a folder of the user's."""
    return command("train", parser, arguments, ROOT / "build" / "trained", None)


def reproduce(parser: argparse.ArgumentParser, arguments: list[str]) -> int:
    """Run an experiment, and write the result that the lectures read."""
    return command("reproduce", parser, arguments, RESULTS, LARGEST)


def command(
    word: str, parser: argparse.ArgumentParser, arguments: list[str], out: Path, largest: int | None
) -> int:
    """Read the options, run, and print the result; return the exit code.

    Raises:
        ExperimentError: an unknown experiment or scale, a result that must not be replaced.
        Interrupted: by the user; the same command goes on.
    """
    parser.add_argument("name", help="of an experiment; 'names' lists them")
    parser.add_argument(
        "--scale",
        help="smoke (seconds, on stand-ins), cpu (minutes), full (a GPU); COURSE_SCALE, else what the device allows",
    )
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or mps")
    parser.add_argument(
        "--devices", type=int, default=1, help="processes, one a device; leave out under torchrun"
    )
    parser.add_argument("--precision", default="32", help="32, bf16-mixed or 16-mixed")
    parser.add_argument(
        "--out", type=Path, default=out, metavar="DIR", help=f"where the result goes ({shown(out)})"
    )
    parser.add_argument("--quiet", action="store_true", help="print the result only")
    chosen = parser.parse_args(arguments)
    if chosen.name == "names":
        for name in names():
            print(f"{name:<18} lecture {find(name).lecture:>2}   {find(name).title}")
        return 0
    scale = chosen.scale or os.environ.get("COURSE_SCALE") or ("full" if torch.cuda.is_available() else "cpu")
    if scale not in SCALES:
        raise ExperimentError(f"scale {scale!r} is not known: use one of {', '.join(SCALES)}")
    find(chosen.name)
    if int(os.environ.get("LOCAL_RANK", "0")) > 0:  # the first process speaks for all
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115, PTH123  for as long as the process lives
    words = ["course", word, chosen.name, "--scale", scale]
    words += [f"--device {chosen.device}"] * (chosen.device != "auto")
    words += [f"--devices {chosen.devices}"] * (chosen.devices != 1) + [f"--precision {chosen.precision}"] * (
        chosen.precision != "32"
    )
    try:
        done = run(
            chosen.name, scale, results=chosen.out, largest=largest, device=chosen.device, devices=chosen.devices,
            precision=chosen.precision, show=not chosen.quiet, command=" ".join(words),
        )  # fmt: skip
    except Interrupted as stopped:
        print(f"{stopped}\n`{' '.join(words)}` goes on from there", file=sys.stderr)
        raise
    print(f"\n{done}\nwritten: {shown(chosen.out / f'{done.name}.json')}")
    return 0


def shown(path: Path) -> str:
    """Return a path as a user of this folder would write it."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
