"""The restoration explorer without a front end: its pictures, and a description in words."""

from __future__ import annotations

import base64
import math
import struct
import textwrap
import zlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from course.widgets.numbers import decimal
from course.widgets.restoration_model import as_bytes
from course.widgets.svg import FAINT, INK, document, text

if TYPE_CHECKING:
    from course.widgets.restoration import RestorationExplorer, Version

__all__ = ["measures", "picture", "png", "words"]

SIDE, GAP, MARGIN, TOP = 216, 36, 20, 66
ERROR = 64  # grey levels that are drawn fully black or white in a map of errors


def png(values: Sequence[int], rows: int, columns: int) -> str:
    """Return a grey picture as a PNG in a data address.

    >>> png([0, 255], 1, 2)[:40]
    'data:image/png;base64,iVBORw0KGgoAAAANSU'
    """

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    lines = b"".join(b"\0" + bytes(values[i * columns : (i + 1) * columns]) for i in range(rows))
    parts = (
        chunk(b"IHDR", struct.pack(">IIBBBBB", columns, rows, 8, 0, 0, 0, 0)),
        chunk(b"IDAT", zlib.compress(lines, 9)),
        chunk(b"IEND", b""),
    )
    return "data:image/png;base64," + base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"".join(parts)).decode()


def measures(version: Version) -> str:
    """Write MSE, PSNR and SSIM of one picture."""
    mse, psnr, ssim, _ = (getattr(version.likeness, name) for name in ("mse", "psnr", "ssim", "map"))
    ratio = "infinite (no error)" if math.isinf(psnr) else f"{psnr:.2f} dB"
    return f"MSE {decimal(round(mse, 2))}, PSNR {ratio}, SSIM {ssim:.4f}"


def _done(explorer: RestorationExplorer) -> str:
    """Say what was done to the picture."""
    if explorer.mode == "equal":
        return f"two versions tuned to a PSNR of {decimal(explorer.target)} dB"
    steps = []
    if explorer.dx or explorer.dy:
        steps.append(f"shifted {decimal(explorer.dx)} to the right and {decimal(explorer.dy)} down")
    if explorer.blur:
        steps.append(f"blurred with σ {decimal(explorer.blur)}")
    if explorer.contrast != 1:
        steps.append(f"contrast ×{decimal(explorer.contrast)}")
    if explorer.brightness:
        steps.append(f"brightness {decimal(explorer.brightness)}")
    if explorer.noise:
        steps.append(f"Gaussian noise of σ {decimal(explorer.noise)}")
    if explorer.impulses:
        steps.append(f"salt and pepper in {decimal(round(100 * explorer.impulses, 2))} % of the pixels")
    if explorer.jpeg:
        steps.append(f"JPEG of quality {explorer.quality}")
    return ", ".join(steps) or "nothing done to it"


def _called(explorer: RestorationExplorer) -> str:
    """Name the picture and its size."""
    rows, columns = explorer.size
    name: str = explorer.SPEC["state"]["picture"]["options"][explorer.picture]
    return f"{name}, {rows}×{columns}" if rows else name


def words(explorer: RestorationExplorer) -> str:
    """Describe the state: the picture, what was done to it, the three measures of each version."""
    head = f"Restoration explorer: {_called(explorer)}; {_done(explorer)}"
    if problem := explorer.problem:
        return f"{head}. No result: {problem}."
    stored = explorer.clip or (explorer.jpeg and explorer.mode == "restore")
    kept = "rounded and cut off to bytes" if stored else "as they are, not cut off at 0 and 255"
    lines = [f"{head}. Measured {kept}, peak 255."]
    lines += [f"{one.name}: {measures(one)}" for one in explorer.versions]
    if explorer.mode == "restore":
        lines.append(
            "The DnCNN is the course's own, trained for Gaussian noise of σ 25."
            if explorer.widths
            else "The trained DnCNN is not here: lectures/results/dncnn.safetensors is missing."
        )
    return "\n".join([*lines, explorer.torch_line])


def _map(explorer: RestorationExplorer, version: Version) -> list[int]:
    """Return a version's map as 16 grey levels: SSIM from 0 (or less, black) to 1 (white); errors around the middle."""
    if explorer.map == "ssim":
        shares = [max(0.0, v) for v in version.likeness.map]
    else:
        pairs = zip(version.values, explorer.original, strict=True)
        shares = [min(1.0, max(0.0, 0.5 + (v - x) / (2 * ERROR))) for v, x in pairs]
    return [17 * round(15 * share) for share in shares]


def picture(explorer: RestorationExplorer) -> str:
    """Draw the original, the versions, and below each version its map."""
    parts = [
        text(MARGIN, 32, f"Restoration explorer: {_called(explorer)}", size=14, style='font-weight="600"')
    ]
    width = 2 * MARGIN + 3 * SIDE + 2 * GAP
    if problem := explorer.problem:
        parts.append(text(MARGIN, 58, f"No result. {problem}", size=12, fill="#9a4a00"))
        return document(
            max(width, 2 * MARGIN + 6.4 * len(problem) + 60),
            80,
            "Restoration explorer",
            words(explorer),
            parts,
        )
    rows, columns = explorer.size
    high = SIDE * rows / columns

    def image(x: float, y: float, values: Sequence[int], name: str, *below: str) -> None:
        parts.append(text(x, y - 8, name, fill=INK, style='font-weight="600"'))
        parts.append(
            f'<image x="{x:g}" y="{y:g}" width="{SIDE}" height="{high:g}" preserveAspectRatio="none" '
            f'style="image-rendering:pixelated" href="{png(values, rows, columns)}"/>'
        )
        parts.extend(
            text(x, y + high + 16 + 15 * i, line, size=11, fill=FAINT) for i, line in enumerate(below)
        )

    image(MARGIN, TOP, as_bytes(explorer.original), "original", *textwrap.wrap(_done(explorer), 38))
    second = TOP + high + 66
    for i, one in enumerate(explorer.versions, 1):
        x = MARGIN + i * (SIDE + GAP)
        image(x, TOP, as_bytes(one.values), one.name, *measures(one).rsplit(", ", 1))
        low = (
            "black 0 or less, white 1"
            if explorer.map == "ssim"
            else f"black −{ERROR} or less, white {ERROR} or more"
        )
        title = "SSIM" if explorer.map == "ssim" else "error"
        image(x, second, _map(explorer, one), f"{title} map: {one.name}", low)
    return document(width, second + high + 34, "Restoration explorer", words(explorer), parts)
