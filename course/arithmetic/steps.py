"""The vocabulary of the notation: each word with its settings becomes a layer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from course.arithmetic.conv import Conv
from course.arithmetic.dense import ACTIVATIONS, NORMS, Activation, Dropout, Flatten, Identity, Linear, Norm
from course.arithmetic.errors import SettingError
from course.arithmetic.joins import Add, Concat
from course.arithmetic.layer import Layer
from course.arithmetic.padding import PADDING_MODES
from course.arithmetic.pooling import AdaptivePool, Pool
from course.arithmetic.resample import Crop, Pad, Upsample
from course.arithmetic.transposed import ConvTranspose

__all__ = ["JOINS", "WORDS", "make", "suggestion"]

JOINS: dict[str, Callable[[], Layer]] = {"add": Add, "concat": Concat}

#: letter in front of a number -> the setting it gives
LETTERS = {
    "k": "kernel_size",
    "s": "stride",
    "p": "padding",
    "d": "dilation",
    "g": "groups",
    "op": "output_padding",
}
SIZES = re.compile(r"(?P<letter>op|[kspdg])?(?P<numbers>\d{1,18}([x×]\d{1,18})*)", re.ASCII)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that a mistyped one resembles, if any."""
    from difflib import get_close_matches  # only errors need it

    return next(iter(get_close_matches(word, known, 1)), None)


def read(
    word: str, settings: list[str], numbers: int, letters: str, flags: dict[str, dict[str, Any]]
) -> dict[str, Any]:
    """Return settings as keyword arguments; plain numbers come back in order under ``""``.

    Args:
        word: the step, for messages.
        settings: as written, such as ``["3", "32", "3x3", "s2"]``.
        numbers: how many plain numbers the step can take.
        letters: the letters it knows, such as ``"kspdg"``.
        flags: words it knows, with what each sets.
    """
    found: dict[str, Any] = {"": []}
    for setting in settings:
        if " " in setting:
            raise SettingError(f"{word} got {setting!r} as one setting: put a comma between settings")
        match = SIZES.fullmatch(setting)
        if setting in flags:
            update = flags[setting]
        elif match and (match["letter"] is None or match["letter"] in letters.split()):
            values = tuple(int(n) for n in re.split("[x×]", match["numbers"]))
            if match["letter"] is None and len(values) == 1:
                found[""].append(values[0])
                continue
            if match["letter"] is None and "k" not in letters.split():
                raise SettingError(f"{word} takes plain numbers, got {setting!r}: give one number at a time")
            name = LETTERS[match["letter"] or "k"]
            update = {name: values if len(values) > 1 else values[0]}
        else:
            known = [f"{letter}…" for letter in letters.split()] + list(flags)
            close = nearest(setting, flags)
            mend = f"did you mean {close!r}?" if close else f"it knows {', '.join(known) or 'plain numbers'}"
            raise SettingError(f"{word} does not know the setting {setting!r}: {mend}")
        for name in update:
            if name in found:
                raise SettingError(f"{word} is given {name} twice, again by {setting!r}: keep one")
        found |= update
    if len(found[""]) > numbers:
        raise SettingError(
            f"{word} takes at most {numbers} plain numbers, got {', '.join(map(str, found['']))}"
        )
    return found


MODES: dict[str, dict[str, Any]] = {mode: {"padding_mode": mode} for mode in PADDING_MODES if mode != "zeros"}
NOBIAS: dict[str, dict[str, Any]] = {"nobias": {"bias": False}}


def kernel_and_channels(word: str, found: dict[str, Any], dim: int) -> dict[str, Any]:
    """Take ``in, out, kernel`` out of the plain numbers: the kernel may be written ``3x3``, ``k3`` or last."""
    plain = found.pop("")
    if "kernel_size" not in found:
        if len(plain) < 2:
            raise SettingError(f"{word} needs out-channels and a kernel, such as {word}(32, 3x3)")
        if len(plain) == 2:
            how = "k3" if dim == 1 else "x".join("3" * dim) + " or k3"
            raise SettingError(f"{word}({plain[0]}, {plain[1]}) has no kernel: write it as {how}")
        found["kernel_size"] = plain.pop()
    if not 1 <= len(plain) <= 2:
        raise SettingError(
            f"{word} takes out-channels, or in- and out-channels, got {len(plain)} numbers: {plain}"
        )
    found["in_channels"], found["out_channels"] = (plain[0] if len(plain) == 2 else None), plain[-1]
    if isinstance(found["kernel_size"], int):
        found["dim"] = dim
    elif (dim != 2 or word.endswith("2d")) and len(found["kernel_size"]) != dim:
        raise SettingError(
            f"{word} has {dim} axes, but its kernel {found['kernel_size']} has {len(found['kernel_size'])}"
        )
    return found


def conv(word: str, settings: list[str], dim: int) -> Layer:
    """Read ``conv(3, 32, 3x3, s2, p1)``."""
    flags = NOBIAS | MODES | {p: {"padding": p} for p in ("same", "valid")}
    return Conv(**kernel_and_channels(word, read(word, settings, 3, "k s p d g", flags), dim))


def tconv(word: str, settings: list[str], dim: int) -> Layer:
    """Read ``tconv(64, 32, 2x2, s2)``."""
    return ConvTranspose(**kernel_and_channels(word, read(word, settings, 3, "k s p op d g", NOBIAS), dim))


def pool(word: str, settings: list[str], dim: int | None) -> Layer:
    """Read ``pool(2)`` and ``avgpool(3, s2, p1, ceil)``."""
    found = read(word, settings, 1, "k s p d", {"ceil": {"ceil_mode": True}})
    plain = found.pop("")
    if bool(plain) == ("kernel_size" in found):
        raise SettingError(f"{word} needs one window size, such as {word}(2)")
    size = found.pop("kernel_size", None)
    return Pool("avg" if word.startswith("avg") else "max", plain[0] if plain else size, **found, dim=dim)


def adaptive(word: str, settings: list[str]) -> Layer:
    """Read ``gap`` and ``adaptiveavgpool(4)``; ``_`` keeps an axis."""
    kind = "max" if "max" in word else "avg"
    if word == "gap":
        no_settings(word, settings)
        return AdaptivePool("avg", 1)
    if len(settings) != 1 or not re.fullmatch(r"k?(\d+|_)([x×](\d+|_))*", settings[0]):
        raise SettingError(f"{word} needs its output size, such as {word}(4) or {word}(4x_)")
    sizes = tuple(None if n == "_" else int(n) for n in re.split("[x×]", settings[0].lstrip("k")))
    return AdaptivePool(kind, sizes[0] if len(sizes) == 1 and settings[0][0] != "k" else sizes)


def linear(word: str, settings: list[str]) -> Layer:
    """Read ``linear(10)`` and ``linear(84, 10)``."""
    found = read(word, settings, 2, "", NOBIAS)
    plain = found.pop("")
    if not plain:
        raise SettingError(f"{word} needs its number of outputs, such as {word}(10)")
    return Linear(plain[0] if len(plain) == 2 else None, plain[-1], **found)


def norm(word: str, settings: list[str]) -> Layer:
    """Read ``bn``, ``bn(64)``, ``gn(8)`` and ``gn(8, 64)``."""
    kind = next(kind for kind, (short, *_) in NORMS.items() if short == word)
    flags = {"affine": {"affine": True}, "noaffine": {"affine": False}}
    found = read(word, settings, 2 if kind == "group" else 1, "", flags)
    plain = found.pop("")
    groups = plain.pop(0) if plain and kind == "group" else None
    return Norm(kind, plain[0] if plain else None, groups, **found)


def dropout(word: str, settings: list[str]) -> Layer:
    """Read ``dropout`` and ``dropout(0.3)``."""
    if len(settings) > 1:
        raise SettingError(f"dropout takes one probability, got {', '.join(settings)}")
    try:
        return Dropout(float(settings[0]) if settings else 0.5)
    except ValueError as error:
        if isinstance(error, SettingError):
            raise
        raise SettingError(f"dropout takes a probability such as 0.5, got {settings[0]!r}") from None


def upsample(word: str, settings: list[str]) -> Layer:
    """Read ``up(2)``, ``up(2, bilinear)`` and ``up(to 7x9)``."""
    modes = ("nearest", "nearest-exact", "linear", "bilinear", "trilinear", "bicubic")
    sizes = [s for s in settings if s not in modes and s != "corners"]
    chosen = [s for s in settings if s in modes]
    target = re.fullmatch(r"to (\d+([x×]\d+)*)|(\d+(\.\d+)?)", sizes[0]) if len(sizes) == 1 else None
    if not target or len(chosen) > 1:
        raise SettingError(
            f"{word} needs one factor or size, such as {word}(2), {word}(2, bilinear) or {word}(to 7x9)"
        )
    options: dict[str, Any] = {
        "mode": chosen[0] if chosen else "nearest",
        "align_corners": "corners" in settings,
    }
    if target[3]:
        return Upsample(float(target[3]), **options)
    numbers = tuple(int(n) for n in re.split("[x×]", target[1]))
    return Upsample(size=numbers if len(numbers) > 1 else numbers[0], **options)


def around(word: str, settings: list[str]) -> Layer:
    """Read ``crop(4)``, ``crop(0:1x2)`` and ``pad(1, reflect)``."""
    amounts = [s for s in settings if s not in PADDING_MODES]
    modes = [s for s in settings if s in PADDING_MODES]
    if len(amounts) != 1 or not re.fullmatch(r"\d+(:\d+)?([x×](\d+(:\d+)?)?)*", amounts[0]):
        raise SettingError(f"{word} needs one amount, such as {word}(4), {word}(4x2) or {word}(0:1x2)")
    parts = [tuple(int(n) for n in part.split(":")) for part in re.split("[x×]", amounts[0]) if part]
    values = tuple(p if len(p) == 2 else p[0] for p in parts)
    amount = values if len(values) > 1 or amounts[0][-1] in "x×" or ":" in amounts[0] else values[0]
    if word == "pad":
        if len(modes) > 1:
            raise SettingError(f"pad takes one mode, got {', '.join(modes)}")
        return Pad(amount, modes[0] if modes else "zeros")
    if modes:
        raise SettingError(f"crop has no padding mode, got {modes[0]}: leave it out")
    return Crop(amount)


def no_settings(word: str, settings: list[str]) -> None:
    """Raise where a step that takes no settings is given some."""
    if settings:
        raise SettingError(f"{word} takes no settings, got {', '.join(settings)}: leave the brackets out")


def plain(word: str, settings: list[str]) -> Layer:
    """Read a step without settings."""
    no_settings(word, settings)
    return Flatten() if word == "flatten" else Identity() if word == "identity" else Activation(word)


Reader = Callable[[str, list[str]], Layer]
WORDS: dict[str, Reader] = {
    **dict.fromkeys(("flatten", "identity", *ACTIVATIONS), plain),
    **{short: norm for short, *_ in NORMS.values()},
    **dict.fromkeys(("gap", "adaptiveavgpool", "adaptivemaxpool"), adaptive),
    **dict.fromkeys(("linear", "dense"), linear),
    **dict.fromkeys(("up", "upsample"), upsample),
    **dict.fromkeys(("crop", "pad"), around),
    "dropout": dropout,
}
for dims in (None, 1, 2, 3):
    tail = "" if dims is None else f"{dims}d"
    WORDS[f"conv{tail}"] = lambda word, settings, dim=dims: conv(word, settings, dim or 2)  # type: ignore[misc]
    WORDS[f"tconv{tail}"] = lambda word, settings, dim=dims: tconv(word, settings, dim or 2)  # type: ignore[misc]
    for kind in ("pool", "maxpool", "avgpool"):
        WORDS[kind + tail] = lambda word, settings, dim=dims: pool(word, settings, dim)  # type: ignore[misc]


def suggestion(word: str) -> str:
    """Return ``: did you mean 'conv'?`` for an unknown word near a known one, else nothing."""
    if word in WORDS:
        return ""
    close = nearest(word, [*WORDS, *JOINS])
    return f": did you mean {close!r}?" if close else f": known are {', '.join(sorted([*WORDS, *JOINS]))}"


def make(word: str, settings: list[str]) -> Layer:
    """Return the layer of one step.

    >>> make("conv", ["3", "32", "3x3", "s2"]).torch_line()
    'nn.Conv2d(3, 32, kernel_size=3, stride=2)'

    Raises:
        SettingError: an unknown word or setting, or an impossible value.
    """
    return _made(word, tuple(settings))


@lru_cache(maxsize=4096)
def _made(word: str, settings: tuple[str, ...]) -> Layer:
    """Return the layer of one step; layers are frozen, so that the same words may share one."""
    if word not in WORDS:
        raise SettingError(f"unknown step {word!r}")
    return WORDS[word](word, list(settings))
