"""``load(name)``: a data set from this machine, from the network, or, where there is neither, its stand-in."""

from __future__ import annotations

import sys
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from course.data import cifar, denoising, digits, folder, membranes, pets, vessels
from course.data.catalogue import data_set
from course.data.dataset import DataSet
from course.data.errors import DataError
from course.data.fetch import FetchError, fetch
from course.data.files import Missing, Reader, listing
from course.data.network import forget_hosts
from course.data.root import root as root_of
from course.data.root import shown
from course.data.samples import Samples
from course.data.standins import stand_in_for

__all__ = ["find", "forget", "load"]

READERS: dict[str, Callable[..., Samples]] = {
    "mnist": digits.read,
    "fashion_mnist": digits.read,
    "cifar10": cifar.read,
    "cifar10_subset": cifar.read_subset,
    "pets": pets.read,
    "cats_dogs": pets.read_cats_dogs,
    "bsd400": denoising.read,
    "bsd68": denoising.read,
    "set12": denoising.read,
    "membranes": membranes.read,
    "drive": vessels.read_drive,
    "chase": vessels.read_chase,
    "stare": vessels.read_stare,
    "folder": folder.read,
}

KEPT = 256 * 2**20  # bytes of samples that are kept, so that what was decoded is not decoded again
held: OrderedDict[Any, Samples] = OrderedDict()
announced: set[str] = set()


def load(
    name: str,
    split: str | None = None,
    *,
    root: str | Path | None = None,
    stand_in: bool | None = None,
    download: bool | None = None,
    check: bool = True,
    **options: Any,
) -> Samples:
    """Return a split of a data set, real where it can be had, else a stand-in that says so.

    It is read from the folder that COURSE_DATA names (the user's cache where it names none); else fetched there, where there
    is a network; else something of the same shape stands in, announced in one line and marked in ``source``. Every call gives
    tensors of its own: what is done to them in place stays there. Where files are not those that the course knows, ``source``
    says that too.

    Args:
        name: of the set; :func:`course.data.names` lists them.
        split: ``"train"``, ``"test"``, or what else the set has; None is the first of them.
        root: instead of COURSE_DATA.
        stand_in: True takes the stand-in at once (for tests and smoke runs); False raises rather than stand in.
        download: False leaves the network alone; True fetches large sets too (pets: 811 MB), which are otherwise only
            fetched by ``course data fetch``.
        check: refuse files that differ from the published ones, and splits that are not complete; False reads them, and
            ``source`` says what differed.
        **options: of the set: ``size`` of pets, cats_dogs and folder; ``target`` of pets; ``path`` and ``channels`` of folder.

    >>> few = load("set12", stand_in=True)[:2]
    >>> few.x.shape, few.y, few.source.real
    (torch.Size([2, 1, 256, 256]), None, False)
    >>> load("bsd68", "train")
    Traceback (most recent call last):
    course.data.errors.DataError: BSD68 has no split 'train': it has test

    Raises:
        DataError: an unknown name, split or option; a damaged file (named, and left as it is); nothing there with
            ``stand_in=False``.
    """
    known = data_set(name)
    split = chosen_split(known, split)
    options = chosen_options(known, options)
    if stand_in and name != "folder":
        return standing(known, split, options, "as asked for")
    if stand_in:
        raise DataError("nothing stands in for a folder of yours: leave stand_in out, and it is read")
    place = find(known, root) if name != "folder" else given_folder(options.pop("path"))
    if place is not None:
        try:
            return kept(known, place, split, check, options)
        except Missing as missing:
            try:
                bring(known, root, download)
            except FetchError as error:
                # With a part of the set here, a stand-in beside it would mix real and unreal samples.
                raise DataError(f"{missing}. {error}" if known.remotes else str(missing)) from None
            return kept(known, find(known, root) or place, split, check, options)
    try:
        bring(known, root, download)
    except FetchError as error:
        where = shown(root_of(root))
        if stand_in is False:
            raise DataError(f"there is no {known.title} in {where}. {error}") from None
        return standing(known, split, options, f"no copy in {where}; {error.brief}")
    return kept(known, find(known, root) or root_of(root), split, check, options)


def bring(known: DataSet, root: str | Path | None, download: bool | None) -> None:
    """Fetch what a set lacks, if that is allowed."""
    if download is False:
        raise FetchError(f"{known.title} is not fetched, for download=False", "download=False")
    if known.large and not download:
        size = f"{known.size / 1e6:,.0f} MB"
        raise FetchError(
            f"{known.title} is {size}, fetched only when asked for: course data fetch {known.name}",
            f"{size} are fetched only when asked for",
        )
    if download:
        forget_hosts()
    fetch(known, root_of(root), say=say)


def standing(known: DataSet, split: str, options: Mapping[str, Any], why: str) -> Samples:
    """Return the stand-in, and say once in a session that it is one."""
    if known.name not in announced:
        say(
            f"STAND-IN for {known.title} ({why}): {known.stand_in}. Figures will differ. The real set: {mend(known)}"
        )
        announced.add(known.name)
    key = (known.name, "stand-in", split, tuple(sorted(options.items())))
    return remembered(key, lambda: stand_in_for(known.name, split, **options))


def mend(known: DataSet) -> str:
    """Return how to get the real set."""
    if known.remotes:
        return f"course data fetch {known.name}"
    return f"{known.page}, into {known.folders[0]} in COURSE_DATA"


def chosen_split(known: DataSet, split: str | None) -> str:
    """Return the split asked for, if the set has it."""
    if split is None:
        return known.splits[0]
    if known.name != "folder" and split not in known.splits:
        raise DataError(f"{known.title} has no split {split!r}: it has {', '.join(known.splits)}")
    return split


def chosen_options(known: DataSet, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the set's options with those that are given."""
    for option in given:
        if option not in known.options:
            close = get_close_matches(option, known.options, n=1)
            has = f"it has {', '.join(known.options)}" if known.options else "it has none"
            raise DataError(
                f"{known.title} has no option {option!r}: "
                + (f"did you mean {close[0]!r}?" if close else has)
            )
        if isinstance(given[option], (list, dict, set)):
            raise DataError(f"{option} {given[option]!r}: give one value, not several")
    size = given.get("size")
    if size is not None and (not isinstance(size, int) or isinstance(size, bool) or size < 1):
        raise DataError(
            f"size {size!r}: pictures are made a whole number of pixels wide, 1 or more; None keeps their sizes"
        )
    return {**known.options, **given}


def find(known: DataSet, root: str | Path | None = None) -> Path | None:
    """Return the folder in which a data set lies, None where there is none or it is empty."""
    for name in known.folders:
        place = root_of(root) / name
        if place.is_dir() and any(
            path.is_file() and not unfinished(path, place) for path in place.rglob("*")
        ):
            return place
    return None


def unfinished(path: Path, place: Path) -> bool:
    """Return whether a file is hidden, or of a download that is not done."""
    return path.suffix == ".part" or any(part.startswith(".") for part in path.relative_to(place).parts)


def given_folder(path: object) -> Path:
    """Return the user's folder, if it is one."""
    if not isinstance(path, (str, Path)) or not str(path):
        raise DataError('name the folder: load("folder", path="…")')
    place = Path(path).expanduser()
    if not place.is_dir():
        raise DataError(
            f"path {str(path)!r} {'is a file' if place.exists() else 'does not exist'}: name a folder of pictures"
        )
    return place


def kept(known: DataSet, place: Path, split: str, check: bool, options: Mapping[str, Any]) -> Samples:
    """Return samples read earlier, if their files have not changed since; else read them."""
    state = tuple(sorted(listing(place).items()))
    key = (known.name, str(place.resolve()), split, check, tuple(sorted(options.items())), state)
    return remembered(key, lambda: READERS[known.name](Reader(known, place, check), split, **options))


def remembered(key: Any, make: Callable[[], Samples]) -> Samples:
    """Return the samples made earlier for a key, else make them; what is kept is never given out, only copies of it."""
    with torch.inference_mode(False):  # tensors made under it could not be changed in place outside
        if key in held:
            held.move_to_end(key)
            return copied(held[key])
        samples = make()
        if size_of(samples) <= KEPT:
            held[key] = copied(samples)
        while sum(map(size_of, held.values())) > KEPT:
            held.popitem(last=False)
        return samples


def forget() -> None:
    """Let go of all samples that are kept, and of what was announced."""
    held.clear()
    announced.clear()


def copied(samples: Samples) -> Samples:
    """Return samples with tensors of their own. Torch's count of changes would not do: numpy and ``.data`` go past it."""

    def clone(values: Tensor | tuple[Tensor, ...]) -> Tensor | tuple[Tensor, ...]:
        return values.clone() if isinstance(values, Tensor) else tuple(value.clone() for value in values)

    return replace(
        samples,
        x=clone(samples.x),
        y=None if samples.y is None else clone(samples.y),
        extra={name: clone(values) for name, values in samples.extra.items()},
    )


def size_of(samples: Samples) -> int:
    """Return the bytes of samples."""
    fields = [samples.x, samples.y, *samples.extra.values()]
    return sum(
        tensor.nbytes
        for values in fields
        if values is not None
        for tensor in (values if isinstance(values, tuple) else (values,))
    )


def say(line: str) -> None:
    """Print a line: in a notebook below the cell, elsewhere where it does not mix with a program's output."""
    ipython = sys.modules.get("IPython")
    in_notebook = ipython is not None and hasattr(ipython.get_ipython(), "kernel")
    print(f"course.data: {line}", file=sys.stdout if in_notebook else sys.stderr, flush=True)
