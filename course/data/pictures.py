"""Pictures of any form as tensors of bytes: any mode, 1 to 16 bits, transparent or not, any size."""

from __future__ import annotations

import gzip
import io
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageOps, ImageSequence
from torch import Tensor

from course.data.errors import DataError
from course.data.files import damaged

__all__ = ["decode", "decode_mask", "decode_stack", "is_grey"]

SIXTEEN = ("I;16", "I;16B", "I;16L", "I;16N", "I")


def opened(data: bytes, name: str) -> Image.Image:
    """Return a picture, decoded; a gzipped one too."""
    try:
        if data[:2] == b"\x1f\x8b":
            data = gzip.decompress(data)
        image = Image.open(io.BytesIO(data))
        image.load()
        return image
    except Exception as error:  # PIL's plug-ins raise whatever their format makes them stumble over
        why = (
            "it is empty"
            if not data
            else f"it cannot be read as a picture ({str(error).split('<')[0].strip() or error!r})"
        )
        raise damaged(name, why) from None


def decode(data: bytes, name: str, channels: int, size: int | None = None, upright: bool = False) -> Tensor:
    """Return a picture as bytes (C, H, W).

    16 bits are scaled to 8 by v/257; what is transparent lies on white; colour becomes grey by 0.299 R + 0.587 G + 0.114 B.

    Args:
        data: the file's bytes.
        name: for messages.
        channels: 1 for grey, 3 for RGB.
        size: of the shorter side, to which the picture is resized (bilinear, antialiased) before its centre is cut out
            square; None leaves it as it is.
        upright: turn it as its camera says it was held (EXIF).
    """
    image = opened(data, name)
    if upright:
        image = ImageOps.exif_transpose(image)
    image = eight_bits(image, name).convert("L" if channels == 1 else "RGB")
    if size is not None:
        image = square(image, size, Image.Resampling.BILINEAR)
    return tensor(image)


def decode_mask(data: bytes, name: str, size: int | None = None, numbers: bool = False) -> Tensor:
    """Return a mask as (1, H, W) of class numbers: 0 and 1, or the picture's own values with ``numbers``.

    A mask of 0 and 1 is taken as it is; in any other, values above 127 are 1.
    """
    image = opened(data, name)
    if numbers:
        image = image if image.mode in ("L", "P") else image.convert("L")
    else:
        image = eight_bits(image, name).convert("L")
    if size is not None:
        image = square(image, size, Image.Resampling.NEAREST)
    values = tensor(image)
    if numbers:
        return values
    return values if int(values.max()) <= 1 else (values > 127).to(torch.uint8)


def decode_stack(data: bytes, name: str) -> list[Tensor]:
    """Return every page of a TIFF as grey bytes (1, H, W)."""
    image = opened(data, name)
    try:
        return [tensor(eight_bits(page.copy(), name).convert("L")) for page in ImageSequence.Iterator(image)]
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise damaged(name, f"a page of it cannot be read ({error})") from None


def is_grey(path: Path) -> bool:
    """Return whether a picture's file has no colour; what cannot be read is found out later, when it is decoded."""
    try:
        with Image.open(path) as image:
            return image.mode in ("1", "L", "LA", "F", *SIXTEEN)
    except Exception:  # PIL's plug-ins raise whatever their format makes them stumble over
        return False


def eight_bits(image: Image.Image, name: str) -> Image.Image:
    """Return a picture with 8 bits a channel and nothing transparent."""
    if image.mode in SIXTEEN:
        values = np.asarray(image).astype(np.int64)
        if values.min() < 0 or values.max() > 65535:
            raise DataError(
                f"{name} has values from {values.min()} to {values.max()}: pictures hold 8 or 16 bits; save it with 16 bits"
            )
        return Image.fromarray(((values * 255 + 32767) // 65535).astype(np.uint8))
    if image.mode == "F":
        floats = np.asarray(image)
        if not (floats.min() >= 0 and floats.max() <= 1):
            raise DataError(
                f"{name} has floats from {floats.min():g} to {floats.max():g}: floats are read from 0 to 1; scale them"
            )
        return Image.fromarray(np.rint(floats * 255).astype(np.uint8))
    if "A" in image.getbands() or "a" in image.getbands() or "transparency" in image.info:
        over = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", over.size, "white"), over).convert("RGB")
    return image


def square(image: Image.Image, size: int, how: Image.Resampling) -> Image.Image:
    """Return the centre of a picture whose shorter side is made ``size`` long."""
    width, height = image.size
    shorter = min(width, height)
    if shorter != size:
        width, height = max(size, round(width * size / shorter)), max(size, round(height * size / shorter))
        image = image.resize((width, height), how)
    left, top = (width - size) // 2, (height - size) // 2
    return image.crop((left, top, left + size, top + size))


def tensor(image: Image.Image) -> Tensor:
    """Return a picture of one or three channels as (C, H, W)."""
    values = torch.from_numpy(np.array(image))
    return values[None] if values.ndim == 2 else values.permute(2, 0, 1).contiguous()
