"""Networks by name: the course's own, torchvision's, or any callable of an importable module, built without memory for weights."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from difflib import get_close_matches
from inspect import signature
from typing import TYPE_CHECKING, Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from course.inspect.analyze import analyze
from course.inspect.errors import InspectError

if TYPE_CHECKING:
    from course.inspect.card import Card
    from course.models import Record

__all__ = ["card_of", "named", "without_weights"]

#: What layers make their parameters and buffers with.
FACTORIES = (torch.empty, torch.zeros, torch.ones)


class OnMeta(TorchFunctionMode):
    """Sends the tensors of new layers to the meta device, and leaves every other computation alone."""

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        kwargs = dict(kwargs or {})
        if func in FACTORIES and kwargs.get("device") is None:
            kwargs["device"] = "meta"
        return func(*args, **kwargs)


@contextmanager
def without_weights() -> Iterator[None]:
    """Build modules in this context in an instant, however large: their weights have shapes and take no memory.

    Such a module can be analysed, not run.

    >>> with without_weights():
    ...     net = nn.Linear(1_000_000, 1_000_000)      # 4 TB, if it were made
    >>> net.weight.device
    device(type='meta')
    """
    with OnMeta():
        yield


def named(name: str, **options: Any) -> nn.Module:
    """Return the network of a name, without weights.

    Args:
        name: one of :func:`course.models.names`; ``torchvision:resnet50``; or ``package.module:callable``, which is called without
            arguments (or with the options) and returns a module.
        options: keyword arguments of the builder.

    >>> type(named("torchvision:resnet18")).__name__, type(named("torch.nn:Identity")).__name__
    ('ResNet', 'Identity')

    Raises:
        InspectError: no such name, module or callable, or a callable that returns no module.
    """
    place, colon, attribute = name.partition(":")
    with without_weights():
        if not colon:
            from course import models

            return models.build(name, **options)
        if place == "torchvision":
            return of_torchvision(attribute, options)
        return of_callable(place, attribute, options)


def of_torchvision(name: str, options: dict[str, Any]) -> nn.Module:
    """Return one of torchvision's models."""
    from torchvision import models

    known = models.list_models()
    if name not in known:
        close = get_close_matches(name, known, n=1)
        mend = (
            f"did you mean 'torchvision:{close[0]}'?"
            if close
            else "torchvision.models.list_models() lists them"
        )
        raise InspectError(f"torchvision has no model {name!r}: {mend}")
    if name in ("googlenet", "inception_v3"):
        options = {"init_weights": False, **options}
    if "weights_backbone" in signature(models.get_model_builder(name)).parameters:
        options = {"weights_backbone": None, **options}
    net: nn.Module = models.get_model(name, weights=None, **options)
    return net


def of_callable(place: str, attribute: str, options: dict[str, Any]) -> nn.Module:
    """Return what a callable of an importable module makes."""
    try:
        found: Any = importlib.import_module(place)
    except ImportError as error:
        raise InspectError(f"cannot import {place!r}: {error}; is it installed, or on the path?") from None
    for part in attribute.split("."):
        if not hasattr(found, part):
            raise InspectError(f"{place} has no {attribute!r}: write package.module:callable")
        found = getattr(found, part)
    if isinstance(found, nn.Module):
        return found
    try:
        net = found(**options)
    except Exception as error:
        raise InspectError(f"{place}:{attribute} failed: {type(error).__name__}: {error}") from error
    if not isinstance(net, nn.Module):
        raise InspectError(f"{place}:{attribute} returned {type(net).__name__}, not a torch.nn.Module")
    return net


def card_of(
    name: str,
    input_size: tuple[int, ...] | None = None,
    *,
    training: bool = False,
    options: dict[str, Any] | None = None,
) -> Card:
    """Return the card of a network of a name, with its paper's figures beside the counted ones where it has a record.

    >>> card = card_of("vgg_d")
    >>> card.parameters, card.remarks[1]
    (138357544, 'published parameters 138M (Simonyan & Zisserman 2014, table 2): counted 138,357,544, which agrees')

    Args:
        name: as :func:`named` takes it.
        input_size: without the batch axis; the record's own, or torchvision's usual (3, 224, 224), unless given.
        training: read the network as it runs in training.
        options: keyword arguments of the builder.

    Raises:
        InspectError: an unknown name, or no input size where none is known.
    """
    net = named(name, **(options or {}))
    record = None
    if ":" not in name:
        from course import models

        record = models.record(name)
        input_size = input_size or record.input_size
    elif name.startswith("torchvision:"):
        input_size = input_size or (3, 224, 224)
    if input_size is None:
        raise InspectError(f"the input size of {name} is not known: give it, such as --input 3x224x224")
    card = analyze(net, input_size, training=training, title=name)
    return card if record is None else replace(card, remarks=remarks(record, card, options or {}))


def remarks(record: Record, card: Card, options: dict[str, Any]) -> tuple[str, ...]:
    """Return what a paper printed beside what the card counts, and where the network deviates from the paper's."""
    lines = [f"paper: {record.paper}"]
    for figure in record.figures:
        counted = {"parameters": card.parameters, "multiply_adds": card.multiply_adds}.get(figure.quantity)
        if (
            counted is None
            or figure.at
            or dict(figure.options) != options
            or card.input_shape != record.input_size
        ):
            continue
        verdict = "which agrees" if figure.agrees(counted) else figure.deviation
        what = figure.quantity.replace("_", "–")
        lines.append(f"published {what} {figure.printed} ({figure.source}): counted {counted:,}, {verdict}")
    return (*lines, *(f"deviation: {line}" for line in record.deviations))
