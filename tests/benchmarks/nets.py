"""What ``make bench-inspect`` measures: torchvision's models, and small nets on which counting is hard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torchvision import models

from course.models import build

__all__ = ["OTHERS", "build_torchvision", "torchvision_names"]

Shape = tuple[int, ...]


class Transposed(nn.Sequential):
    """Down and up again by a transposed convolution."""

    def __init__(self) -> None:
        super().__init__(
            nn.Conv2d(3, 16, 3, 2, 1), nn.ReLU(), nn.ConvTranspose2d(16, 8, 4, 2, 1), nn.Conv2d(8, 1, 1)
        )


class Functional(nn.Module):
    """Weights of its own, and functions that use them."""

    def __init__(self) -> None:
        super().__init__()
        self.kernel, self.dense = nn.Parameter(torch.rand(8, 3, 3, 3)), nn.Parameter(torch.rand(10, 8))

    def forward(self, x: Tensor) -> Tensor:
        """Return scores."""
        return F.linear(F.conv2d(x, self.kernel, padding=1).mean((2, 3)), self.dense)


class Reused(nn.Module):
    """One layer called three times, and two layers that share a weight."""

    def __init__(self) -> None:
        super().__init__()
        self.layer, self.first, self.second = (
            nn.Conv2d(3, 3, 3, padding=1),
            nn.Conv2d(3, 3, 1),
            nn.Conv2d(3, 3, 1),
        )
        self.second.weight = self.first.weight

    def forward(self, x: Tensor) -> Tensor:
        """Return maps."""
        return self.second(self.first(self.layer(self.layer(self.layer(x)))))


class Recurrent(nn.Module):
    """The rows of an image, one after another."""

    def __init__(self) -> None:
        super().__init__()
        self.cells, self.head = nn.LSTM(96, 20, batch_first=True), nn.Linear(20, 10)

    def forward(self, x: Tensor) -> Tensor:
        """Return scores."""
        return self.head(self.cells(x.permute(0, 2, 1, 3).flatten(2))[0][:, -1])


#: Outside torchvision: what makes counting hard. They are not part of the median.
OTHERS: dict[str, tuple[Callable[[], nn.Module], Shape]] = {
    "transposed": (Transposed, (3, 32, 32)),
    "functional": (Functional, (3, 32, 32)),
    "reused": (Reused, (3, 32, 32)),
    "recurrent": (Recurrent, (3, 32, 32)),
    "unet_same": (lambda: build("unet_same"), (1, 128, 128)),
}


def torchvision_names() -> list[str]:
    """Return the names of the classification and segmentation models."""
    return [*models.list_models(module=models), *models.list_models(module=models.segmentation)]


def build_torchvision(name: str) -> nn.Module:
    """Return a model with random weights."""
    options: dict[str, Any] = (
        {"weights_backbone": None} if name in models.list_models(module=models.segmentation) else {}
    )
    if name in ("googlenet", "inception_v3"):
        options["init_weights"] = True
    net: nn.Module = models.get_model(name, weights=None, **options)
    return net
