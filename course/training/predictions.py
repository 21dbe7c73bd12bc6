"""What a model says of a few samples: pictures and words, for whoever watches a run."""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Sequence

import torch
from PIL import Image
from torch import Tensor

from course.data.batches import mixed
from course.training.describe import short
from course.training.errors import TrainingError
from course.training.feeds import Feed, LoaderFeed, Seeded
from course.training.metrics import task_of
from course.training.names import BINARY, CLASSES, IMAGE, LABELS

__all__ = ["FEW", "Shown", "first_samples", "looked_at", "png"]

FEW = 6  # samples that are looked at
SIDE = 40  # pixels of a picture at most
Shown = tuple[str, str, str, str, bool | None]  # input, target, prediction, verdict, right or wrong


@torch.no_grad()
def looked_at(
    x: Tensor, targets: Tensor, outputs: Tensor, *, loss: str = "", classes: Sequence[str] = ()
) -> list[Shown]:
    """Return (input, target, prediction, verdict, right) of the first samples, as texts and PNG pictures.

    Args:
        x: (N, …) inputs; pictures are (N, 1 or 3, H, W).
        targets: (N,) class numbers, (N, H, W) masks, pictures or numbers.
        outputs: what the model returns: logits, pictures or numbers.
        loss: the loss's name: with ``mse`` and ``mae`` targets of 0 and 1 are numbers and not classes.
        classes: their names, in the order of their numbers.

    >>> x, scores = torch.zeros(2, 3), torch.tensor([[2.0, 0.0], [1.0, 1.5]])
    >>> for shown in looked_at(x, torch.tensor([0, 0]), scores, classes=("cat", "dog")):
    ...     print(shown)
    ('0, 0, 0', 'cat', 'cat', 'right, 88 % sure', True)
    ('0, 0, 0', 'cat', 'dog', 'wrong, 62 % sure', False)
    >>> looked_at(x, torch.tensor([[1.0], [2.0]]), torch.tensor([[1.5], [2.0]]), loss="mse")[0]
    ('0, 0, 0', '1', '1.5', 'off by 0.5', None)

    Classes are judged right or wrong, with the probability of what is predicted; masks by the share of pixels that are
    right; pictures by PSNR, ``10·log₁₀(peak²/MSE)`` dB, the peak being 1, or the target's greatest value where that is
    more; numbers by how far they are off. Taught in lecture 3.
    """
    x, targets, outputs = (
        x[:FEW].detach().cpu(),
        targets[:FEW].detach().cpu(),
        outputs[:FEW].detach().float().cpu(),
    )
    numbers = loss in ("mse", "mae")
    try:
        task, _ = task_of(outputs, targets)
    except TrainingError:
        task = IMAGE
    if numbers:
        task = IMAGE
    dense = targets.ndim > 2
    if task == LABELS:
        said, truth = (outputs > 0).long(), targets.long()
        return [
            (put(one), flags(t, classes), flags(s, classes), f"{int((s == t).sum())} of {len(t)} labels right", bool((s == t).all()))
            for one, t, s in zip(x, truth, said, strict=True)
        ]  # fmt: skip
    if task in (BINARY, CLASSES):
        single = outputs.ndim == 1 or outputs.shape[1] == 1
        shares = torch.cat([1 - (p := outputs.reshape(len(x), 1, *targets.shape[-2:] if dense else ()).sigmoid()), p], 1) \
            if single else outputs.softmax(1)  # fmt: skip
        sure, said = shares.max(1)
        truth = targets.reshape(said.shape).long()
        if dense:
            return [_mask(*one, top=shares.shape[1] - 1) for one in zip(x, truth, said, strict=True)]
        return [_class(*one, classes) for one in zip(x, truth, said, sure, strict=True)]
    if outputs.shape == targets.shape and dense:
        return [_picture(*one) for one in zip(x, targets.float(), outputs, strict=True)]
    return [_number(*one) for one in zip(x, targets.float(), outputs, strict=True)]


def _class(x: Tensor, target: Tensor, said: Tensor, sure: Tensor, classes: Sequence[str]) -> Shown:
    right = bool(target == said)
    verdict = f"{'right' if right else 'wrong'}, {100 * float(sure):.0f} % sure"
    return put(x), named(int(target), classes), named(int(said), classes), verdict, right


def _mask(x: Tensor, target: Tensor, said: Tensor, top: int) -> Shown:
    share = float((target == said).double().mean())
    # All right is said only where it is: 99.96 % is not 100 %.
    text = "every pixel right" if share == 1 else f"{math.floor(1000 * share) / 10:g} % of pixels right"
    return put(x), png(target / max(1, top)), png(said / max(1, top)), text, None


def _picture(x: Tensor, target: Tensor, said: Tensor) -> Shown:
    error = float((said.double() - target.double()).square().mean())
    peak = max(1.0, float(target.abs().max()))
    text = (
        "the same"
        if error == 0
        else f"PSNR {10 * math.log10(peak**2 / error):.1f} dB"
        if error < math.inf
        else "not finite"
    )
    return put(x), put(target), put(said), text if error == error else "not finite", None


def _number(x: Tensor, target: Tensor, said: Tensor) -> Shown:
    if target.shape != said.shape:
        target = target.reshape(said.shape) if target.numel() == said.numel() else target
    if target.shape != said.shape:
        return put(x), listed(target), listed(said), "", None
    off = float((said - target).abs().mean())
    return (
        put(x),
        listed(target),
        listed(said),
        f"off by {short(off)}" + (" on average" if target.numel() > 1 else ""),
        None,
    )


def named(number: int, classes: Sequence[str]) -> str:
    """Return the name of a class, else its number."""
    return classes[number] if 0 <= number < len(classes) else str(number)


def flags(labels: Tensor, classes: Sequence[str]) -> str:
    """Return the labels that are on, in words."""
    return ", ".join(named(i, classes) for i, on in enumerate(labels.tolist()) if on) or "none"


def listed(values: Tensor, most: int = 4) -> str:
    """Return numbers on a line, the first few of many."""
    flat = values.flatten()
    text = ", ".join(short(value) for value in flat[:most].tolist())
    return text if len(flat) <= most else f"{text}, … ({len(flat)} numbers)"


def put(x: Tensor) -> str:
    """Return a sample as a picture where it is one, else as numbers."""
    return png(x) if x.ndim >= 2 and min(x.shape[-2:]) > 1 else listed(x)


def png(x: Tensor) -> str:
    """Return a picture (H, W) or (C, H, W) as a small PNG in a data URI.

    Values from 0 to 1 are drawn as they are; where some lie outside, from the least to the greatest.

    >>> png(torch.eye(2))[:22]
    'data:image/png;base64,'
    """
    x = x.detach().float().cpu()
    while x.ndim > 3:
        x = x[0]
    x = x[None] if x.ndim == 2 else x
    x = torch.nan_to_num(x if len(x) == 3 else x[:1], 0.0, 0.0, 0.0)
    low, high = float(x.min()), float(x.max())
    if low < -1e-6 or high > 1 + 1e-6:
        x = (x - low) / ((high - low) or 1.0)
    pixels = (x * 255).round().clamp(0, 255).byte().permute(1, 2, 0).numpy()  # (H, W, C)
    image = Image.fromarray(pixels if pixels.shape[2] == 3 else pixels[:, :, 0])
    if max(image.size) > SIDE:
        scale = SIDE / max(image.size)
        size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
        image = image.resize(size, Image.Resampling.BOX)
    file = io.BytesIO()
    image.save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def first_samples(data: Feed) -> tuple[Tensor, Tensor] | None:
    """Return the first few samples (x, targets) that a run reads of some data, or None where they are no tensors.

    A loader's samples are read here, without its workers: starting those takes longer than a few samples do.
    """
    if isinstance(data, LoaderFeed):
        seeded = [(index, mixed(data.seed, 0, 0, place)) for place, index in enumerate(data.plan(0)[0][:FEW])]
        samples = Seeded(data.loader.dataset)
        x, targets = data.loader.collate_fn([samples[one] for one in seeded])
        x, targets = data.fabric.to_device(x), data.fabric.to_device(targets)
    else:
        x, targets = next(iter(data.epoch(0)))
    if not (isinstance(x, Tensor) and isinstance(targets, Tensor) and len(x) == len(targets)):
        return None
    return x[:FEW], targets[:FEW]
