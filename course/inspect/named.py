"""Networks by name: the course's own, torchvision's, or any callable of an importable module, built without memory for weights."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from course.inspect.errors import InspectError

__all__ = ["named", "without_weights"]

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
    if models.get_model_builder(name).__module__.startswith("torchvision.models.segmentation"):
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
