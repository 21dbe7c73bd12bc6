"""A trained network put to other uses: its activations, a linear model of them, a copy under a new head."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course.data import Samples
from course.experiments.judging import logits, tensors
from course.experiments.lab import Lab
from course.models.cifar_resnet import CifarResNet

__all__ = ["activations", "as_photographs", "begun", "classified", "of_classes"]


def of_classes(samples: Samples, classes: Sequence[int], most: int) -> Samples:
    """Return the samples of some classes, numbered anew in the order given, at most so many of each."""
    numbers = tensors(samples)[1]
    rows = [(numbers == c).nonzero().flatten()[:most] for c in classes]
    chosen = samples[torch.cat(rows)]
    names = tuple(samples.classes[c] for c in classes)
    y = torch.cat([torch.full((len(r),), i) for i, r in enumerate(rows)])
    return chosen.step(f"the classes {', '.join(names)}", y=y, classes=names)


def as_photographs(digits: Samples) -> Samples:
    """Return grey digits of 28×28 as three equal colours of 32×32: the size that the source net has learnt on."""
    x = F.pad(tensors(digits)[0], (2, 2, 2, 2)).expand(-1, 3, -1, -1)  # a view: the colours are stored once
    return digits.step("2 pixels of black on every side, grey as three colours", x=x)


def begun(net: CifarResNet, classes: int, *, fresh: bool) -> CifarResNet:
    """Return a copy of a net under a new head; fresh with new weights throughout."""
    new = CifarResNet(6 * len(net.stage1) + 2, num_classes=classes, width=net.conv1.out_channels)
    if not fresh:
        kept = {k: copy.deepcopy(v) for k, v in net.state_dict().items() if not k.startswith("head.")}
        new.load_state_dict({**new.state_dict(), **kept})
    return new


@torch.no_grad()
def activations(
    lab: Lab, net: nn.Module, layer: nn.Module, samples: Samples, scaled: dict[str, Any]
) -> Tensor:
    """Return the outputs of a layer, averaged down to 4×4 positions at most, as (N, features) on the CPU."""
    seen: list[Tensor] = []

    def look(module: nn.Module, given: object, output: Tensor) -> None:
        small = F.adaptive_avg_pool2d(output, (min(4, output.shape[-2]), min(4, output.shape[-1])))
        seen.append(small.flatten(1).cpu())

    hook = layer.register_forward_hook(look)
    try:
        logits(lab, net, samples, scaled)
    finally:
        hook.remove()
    return torch.cat(seen)


def classified(x: Tensor, y: Tensor, tested: Tensor, truth: Tensor, *, svm: bool) -> float:
    """Return the accuracy on ``tested`` of a linear model of features, with C by cross-validation within (x, y).

    >>> x = torch.tensor([[0.0], [0.1], [0.2], [1.0], [1.1], [1.2]])
    >>> classified(x, torch.tensor([0, 0, 0, 1, 1, 1]), torch.tensor([[-1.0], [2.0]]), torch.tensor([0, 1]), svm=False)
    1.0
    """
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import GridSearchCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler
    from sklearn.svm import SVC

    model = SVC(kernel="linear") if svm else LogisticRegression(max_iter=1000)
    grid = [c / (x.shape[1] if svm else 1) for c in (0.01, 0.1, 1.0, 10.0)]
    folds = min(3, int(torch.bincount(y).min()))
    search = GridSearchCV(
        make_pipeline(StandardScaler(), model), {f"{type(model).__name__.lower()}__C": grid}, cv=folds
    )
    search.fit(x.numpy(), y.numpy())
    return float(search.score(tested.numpy(), truth.numpy()))
