"""DnCNN (Zhang, Zuo, Chen, Meng & Zhang 2017): a plain stack of convolutions that predicts the noise.

It showed that residual learning and batch normalisation together beat the best hand-made denoisers, and that one
net can remove noise of unknown strength.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from typing import Any

from torch import Tensor, nn

from course.models.registry import Figure, ModelError, register

__all__ = ["DnCNN", "dncnn", "dncnn_blind", "dncnn_color"]

PAPER = (
    "Zhang, Zuo, Chen, Meng & Zhang, "
    '"Beyond a Gaussian Denoiser: Residual Learning of Deep CNN for Image Denoising" (IEEE TIP 2017)'
)
BIAS = ("all", "ends", "none")


class DnCNN(nn.Module):
    """Return the denoised image x − R(x), where R is a stack of 3×3 convolutions that predicts the noise.

    D layers of 64 maps see (2D + 1)×(2D + 1) pixels. The size of the net for D = 17 on grey images is told in three ways:

    ==========  ============  ================================================  =======
    bias        batch_norm    parameters                                        in all
    ==========  ============  ================================================  =======
    ``all``     no            (9 + 1)·64 + 15·(9·64 + 1)·64 + (9·64 + 1)·1      555,137
    ``none``    yes           9·64 + 15·(9·64·64 + 2·64) + 9·64                 556,032
    ``ends``    yes           the same, and 64 + 1 biases outside               556,097
    ==========  ============  ================================================  =======

    Each batch normalisation learns a scale and a shift for each map, and its shift does the work of the bias before
    it; only the first and the last convolution, which none follows, need biases of their own.

    Args:
        channels: 1 for grey images, 3 for colour.
        depth: convolutions D.
        width: maps between them.
        batch_norm: after every convolution but the first and the last.
        residual: subtract what the stack predicts; else the stack predicts the clean image itself.
        bias: which convolutions have biases: ``all``, ``ends`` (the first and the last) or ``none``.

    >>> import torch
    >>> def size(**options):
    ...     return sum(p.numel() for p in DnCNN(**options).parameters())
    >>> size(bias="all", batch_norm=False), size(bias="none"), size()
    (555137, 556032, 556097)
    >>> tuple(DnCNN(channels=3, depth=5, width=8)(torch.zeros(2, 3, 7, 40)).shape)
    (2, 3, 7, 40)
    >>> DnCNN(bias="some")
    Traceback (most recent call last):
    ...
    course.models.registry.ModelError: bias 'some' is not known: use 'all', 'ends' or 'none'

    Raises:
        ModelError: an option out of its range.

    Source: section III.A of the paper; weights start as in its section IV.A, by the rule of He et al. 2015. The scales
    of the batch normalisations start as in the first code that the authors released: at random, of both signs, with
    a deviation of √(2/(9·width)), so that at first the net takes little off the image. Started at 1, it needs many
    more steps. Taught in lecture 14.
    """

    def __init__(
        self,
        channels: int = 1,
        depth: int = 17,
        width: int = 64,
        *,
        batch_norm: bool = True,
        residual: bool = True,
        bias: str = "ends",
    ) -> None:
        super().__init__()
        if bias not in BIAS:
            raise ModelError(f"bias {bias!r} is not known: use 'all', 'ends' or 'none'")
        if depth < 2:
            raise ModelError(f"depth {depth}: the first and the last convolution are two; give 2 or more")
        self.residual = residual
        inner, outer = bias == "all", bias != "none"
        layers: OrderedDict[str, nn.Module] = OrderedDict()
        layers["conv1"] = nn.Conv2d(channels, width, 3, padding=1, bias=outer)  # (N, width, H, W)
        layers["relu1"] = nn.ReLU()
        for k in range(2, depth):
            layers[f"conv{k}"] = nn.Conv2d(width, width, 3, padding=1, bias=inner)
            if batch_norm:
                layers[f"norm{k}"] = nn.BatchNorm2d(width)
            layers[f"relu{k}"] = nn.ReLU()
        layers[f"conv{depth}"] = nn.Conv2d(width, channels, 3, padding=1, bias=outer)  # (N, channels, H, W)
        self.stack = nn.Sequential(layers)
        for module in self.stack:
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
                if module.bias is not None:
                    nn.init.zeros_(module.bias)
            elif isinstance(module, nn.BatchNorm2d):
                nn.init.normal_(module.weight, std=math.sqrt(2 / (9 * width)))

    def forward(self, x: Tensor) -> Tensor:
        """Return an image of the same shape."""
        y: Tensor = self.stack(x)
        return x - y if self.residual else y


COUNTED = "as counted where {}; the paper prints no count (lecture 14)"


@register(
    "dncnn",
    (1, 40, 40),
    PAPER,
    figures=(
        Figure("field", "35", "Zhang et al. 2017, section III.A"),
        Figure("layers", "17", "Zhang et al. 2017, section III.A"),
        Figure(
            "parameters",
            "555,137",
            COUNTED.format("every convolution has biases and none is normalised"),
            options=(("bias", "all"), ("batch_norm", False)),
        ),
        Figure(
            "parameters", "556,032", COUNTED.format("no convolution has biases"), options=(("bias", "none"),)
        ),
        Figure("parameters", "556,097", COUNTED.format("the first and the last convolution have biases")),
    ),
    deviations=("The paper does not say which convolutions have biases: here the first and the last.",),
    lecture=14,
)
def dncnn(**options: Any) -> DnCNN:
    """Return DnCNN-S, for one known strength of noise on grey images; options are those of :class:`DnCNN`."""
    return DnCNN(**options)


@register(
    "dncnn_blind",
    (1, 50, 50),
    PAPER,
    figures=(Figure("layers", "20", "Zhang et al. 2017, section IV.A"),),
    deviations=("Biases in the first and the last convolution only, on which the paper is silent.",),
    lecture=14,
)
def dncnn_blind(**options: Any) -> DnCNN:
    """Return DnCNN-B, for noise of any strength on grey images; options are those of :class:`DnCNN`."""
    return DnCNN(**{"depth": 20, **options})


@register(
    "dncnn_color",
    (3, 50, 50),
    PAPER,
    figures=(Figure("layers", "20", "Zhang et al. 2017, section IV.A"),),
    deviations=("Biases in the first and the last convolution only, on which the paper is silent.",),
    lecture=14,
)
def dncnn_color(**options: Any) -> DnCNN:
    """Return CDnCNN-B, for noise of any strength on colour images; options are those of :class:`DnCNN`."""
    return DnCNN(**{"channels": 3, "depth": 20, **options})
