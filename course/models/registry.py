"""The register of the course's networks: how each is built, what its paper published, where it deviates."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import nn

__all__ = ["Figure", "ModelError", "Record", "build", "names", "record", "register"]


class ModelError(ValueError):
    """A name that is not in the register, or an option that a network does not have."""


@dataclass(frozen=True)
class Figure:
    """A number that a paper printed.

    Args:
        quantity: ``parameters, multiply_adds, output_shape, field`` (size on one axis), or ``layers``.
        printed: as printed, with its unit: ``"138M"``, ``"3.8G"``, ``"7.76M"``, ``"388"``, ``"2,634,177"``.
        source: paper and place: ``"He et al. 2015, table 1"``.
        at: name of the row or submodule that the number is about; empty for the whole network.
        options: options of :func:`build` under which it was counted.
        deviation: why the network here gives another number; empty where it gives this one to the printed digits.

    >>> Figure("parameters", "138M", "Simonyan & Zisserman 2014, table 2").agrees(138_357_544)
    True
    >>> Figure("multiply_adds", "1.8G", "He et al. 2015, table 1").agrees(1_814_073_344), Figure("parameters", "5M", "a slide").agrees(6_998_552)
    (True, False)
    """

    quantity: str
    printed: str
    source: str
    at: str = ""
    options: tuple[tuple[str, Any], ...] = ()
    deviation: str = ""

    @property
    def value(self) -> float:
        """The printed number, with its unit multiplied out."""
        text = self.printed.replace(",", "")
        unit = {"k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9}.get(text[-1], 1)
        return float(text.rstrip("kKMG")) * unit

    def agrees(self, counted: float) -> bool:
        """Return True where the count, rounded to the printed digits, is the printed number."""
        text = self.printed.replace(",", "")
        unit = {"k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9}.get(text[-1], 1)
        digits = text.rstrip("kKMG")
        places = len(digits.partition(".")[2])
        return f"{counted / unit:.{places}f}" == digits


@dataclass(frozen=True)
class Record:
    """What is known of a network.

    Attributes:
        name: as ``course card`` takes it, such as ``resnet50``.
        build: makes the network; keyword options only.
        input_size: (channels, *spatial) or (features,), without the batch axis, as in the paper.
        paper: authors, title, year.
        figures: numbers that the paper printed, to be compared with the counted ones.
        deviations: where the network differs from the paper's, said aloud.
        lecture: number of the lecture that teaches it.
    """

    name: str
    build: Callable[..., nn.Module]
    input_size: tuple[int, ...]
    paper: str
    figures: tuple[Figure, ...] = ()
    deviations: tuple[str, ...] = ()
    lecture: int = 0


RECORDS: dict[str, Record] = {}


def register(
    name: str,
    input_size: tuple[int, ...],
    paper: str,
    *,
    figures: tuple[Figure, ...] = (),
    deviations: tuple[str, ...] = (),
    lecture: int = 0,
) -> Callable[[Callable[..., nn.Module]], Callable[..., nn.Module]]:
    """Enter the decorated factory into the register under a name; one factory may be entered under several."""

    def enter(factory: Callable[..., nn.Module]) -> Callable[..., nn.Module]:
        known = RECORDS.get(name)
        if (
            known is not None and known.build.__qualname__ != factory.__qualname__
        ):  # equal: its file is imported anew
            raise ModelError(f"{name!r} is registered twice: give each network a name of its own")
        RECORDS[name] = Record(name, factory, input_size, paper, figures, deviations, lecture)
        return factory

    return enter


def names() -> tuple[str, ...]:
    """Return the names of all networks, in the order of the lectures that teach them."""
    return tuple(sorted(RECORDS, key=lambda name: (RECORDS[name].lecture, list(RECORDS).index(name))))


def record(name: str) -> Record:
    """Return what is known of a network.

    Raises:
        ModelError: no network has this name.
    """
    if name not in RECORDS:
        close = get_close_matches(str(name), RECORDS, n=1)
        mend = f"did you mean {close[0]!r}?" if close else "course.models.names() lists them"
        raise ModelError(f"no network is named {name!r}: {mend}")
    return RECORDS[name]


def build(name: str, **options: Any) -> nn.Module:
    """Return a new network with fresh weights.

    Args:
        name: one of :func:`names`.
        options: those of the factory, such as ``num_classes=10``.

    Raises:
        ModelError: an unknown name, or an option that this network does not have.
    """
    factory = record(name).build
    try:
        return factory(**options)
    except TypeError as error:
        raise ModelError(f"{name}: {error}; see help(course.models.record({name!r}).build)") from None
