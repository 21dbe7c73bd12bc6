"""GoogLeNet: Szegedy and others 2014, with the widths of the paper's table 1.

The paper showed that a net of 22 layers wins ImageNet (ILSVRC-2014: 6.67 % top-5 error) with a ninth of AlexNet's
parameters: each module looks at several scales at once, and 1×1 convolutions keep that cheap.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from course.models.alexnet import response_norm
from course.models.parts import check_counts
from course.models.registry import Figure, ModelError, register

__all__ = ["TABLE", "Auxiliary", "GoogLeNet", "GoogLeNetOutput", "Inception", "Widths", "googlenet"]

PAPER = (
    "Szegedy, Liu, Jia, Sermanet, Reed, Anguelov, Erhan, "
    'Vanhoucke & Rabinovich, "Going Deeper with Convolutions" (2014, CVPR 2015)'
)


class Widths(NamedTuple):
    """Maps of a module's convolutions, in the order of table 1's columns.

    >>> TABLE["3a"].maps, TABLE["3a"].weights(192)
    (256, 163328)
    """

    ones: int
    reduce3: int
    threes: int
    reduce5: int
    fives: int
    project: int

    @property
    def maps(self) -> int:
        """Maps that leave the module."""
        return self.ones + self.threes + self.fives + self.project

    def weights(self, in_channels: int) -> int:
        """Weights of the module without its biases: 1×1 on all inputs, 3×3 and 5×5 on the reduced."""
        ones = in_channels * (self.ones + self.reduce3 + self.reduce5 + self.project)
        return ones + 9 * self.reduce3 * self.threes + 25 * self.reduce5 * self.fives


#: Table 1, row by row.
TABLE = {
    "3a": Widths(64, 96, 128, 16, 32, 32),
    "3b": Widths(128, 128, 192, 32, 96, 64),
    "4a": Widths(192, 96, 208, 16, 48, 64),
    "4b": Widths(160, 112, 224, 24, 64, 64),
    "4c": Widths(128, 128, 256, 24, 64, 64),
    "4d": Widths(112, 144, 288, 32, 64, 64),
    "4e": Widths(256, 160, 320, 32, 128, 128),
    "5a": Widths(256, 160, 320, 32, 128, 128),
    "5b": Widths(384, 192, 384, 48, 128, 128),
}


class Inception(nn.Module):
    """Four paths side by side (figure 2b): 1×1; 1×1 and 3×3; 1×1 and 5×5; 3×3 max pooling and 1×1."""

    def __init__(self, in_channels: int, widths: Widths) -> None:
        super().__init__()
        self.conv1x1 = nn.Conv2d(in_channels, widths.ones, 1)
        self.reduce3x3 = nn.Conv2d(in_channels, widths.reduce3, 1)
        self.conv3x3 = nn.Conv2d(widths.reduce3, widths.threes, 3, padding=1)
        self.reduce5x5 = nn.Conv2d(in_channels, widths.reduce5, 1)
        self.conv5x5 = nn.Conv2d(widths.reduce5, widths.fives, 5, padding=2)
        self.pool = nn.MaxPool2d(3, stride=1, padding=1)
        self.project = nn.Conv2d(in_channels, widths.project, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Return the maps of the four paths, one behind the other; ReLU also behind the reductions (section 4)."""
        ones = F.relu(self.conv1x1(x))  # (N, ones, H, W)
        threes = F.relu(self.conv3x3(F.relu(self.reduce3x3(x))))  # (N, threes, H, W)
        fives = F.relu(self.conv5x5(F.relu(self.reduce5x5(x))))  # (N, fives, H, W)
        pooled = F.relu(self.project(self.pool(x)))  # (N, project, H, W)
        return torch.cat([ones, threes, fives, pooled], dim=1)  # (N, maps, H, W)


class Auxiliary(nn.Module):
    """A classifier on the side, for training only: it feeds gradient into the middle of the net (section 5)."""

    def __init__(self, in_channels: int, num_classes: int) -> None:
        super().__init__()
        self.pool = nn.AvgPool2d(5, stride=3)
        self.conv = nn.Conv2d(in_channels, 128, 1)
        self.hidden = nn.Linear(128 * 4 * 4, 1024)
        self.drop = nn.Dropout(0.7)
        self.linear = nn.Linear(1024, num_classes)

    def forward(self, x: Tensor) -> Tensor:
        """Return (N, classes)."""
        if x.shape[-2:] != (14, 14):
            raise ModelError(
                f"{x.shape[-2]}×{x.shape[-1]} positions reach an auxiliary head that was made for 14×14: "
                "train on 224×224, or build with aux=False"
            )
        x = self.pool(x)  # (N, 512 or 528, 4, 4)
        x = F.relu(self.conv(x))  # (N, 128, 4, 4)
        x = self.drop(F.relu(self.hidden(x.flatten(1))))  # (N, 1024)
        return self.linear(x)  # type: ignore[no-any-return]  # (N, classes)


class GoogLeNetOutput(NamedTuple):
    """What the net returns in training; the paper adds the auxiliary losses with weight 0.3 (section 5)."""

    logits: Tensor
    aux1: Tensor
    aux2: Tensor


def halve() -> nn.MaxPool2d:
    """Return 3×3 max pooling of stride 2; rounding up gives the table's 112 → 56 → 28 → 14 → 7."""
    return nn.MaxPool2d(3, stride=2, ceil_mode=True)


class GoogLeNet(nn.Module):
    """Return class scores; in training a :class:`GoogLeNetOutput` with those of the auxiliary heads.

    Args:
        num_classes: outputs.
        in_channels: of the image.
        aux: auxiliary heads behind 4a and 4d; they fix the size in training to 224×224.
        dropout: chance that one of the 1024 averages is dropped in training.

    >>> def size(**options):
    ...     with torch.device("meta"):
    ...         return sum(p.numel() for p in GoogLeNet(**options).parameters())
    >>> size(aux=False), size()
    (6998552, 13378280)
    >>> net = GoogLeNet(10, aux=False).eval()
    >>> tuple(net(torch.zeros(1, 3, 64, 64)).shape)
    (1, 10)

    Raises:
        ModelError: an option out of its range, or, in training with heads, images of another size.

    Source: section 5, table 1, figures 2 and 3. Taught in lecture 8.
    """

    def __init__(
        self, num_classes: int = 1000, *, in_channels: int = 3, aux: bool = True, dropout: float = 0.4
    ) -> None:
        super().__init__()
        check_counts(num_classes=num_classes, in_channels=in_channels)
        self.conv1 = nn.Conv2d(in_channels, 64, 7, stride=2, padding=3)
        self.pool1, self.pool2, self.pool3, self.pool4 = (halve() for _ in range(4))
        self.norm1 = response_norm()
        reduce, conv = nn.Conv2d(64, 64, 1), nn.Conv2d(64, 192, 3, padding=1)
        self.conv2 = nn.Sequential(OrderedDict(reduce=reduce, relu1=nn.ReLU(), conv=conv, relu2=nn.ReLU()))
        self.norm2 = response_norm()
        channels = 192
        for row, widths in TABLE.items():
            self.add_module(f"inception_{row}", Inception(channels, widths))
            channels = widths.maps
        self.aux1 = Auxiliary(TABLE["4a"].maps, num_classes) if aux else None
        self.aux2 = Auxiliary(TABLE["4d"].maps, num_classes) if aux else None
        self.average = nn.AdaptiveAvgPool2d(1)
        self.drop = nn.Dropout(dropout)
        self.linear = nn.Linear(channels, num_classes)
        for module in self.modules():
            if isinstance(module, nn.Conv2d | nn.Linear):
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
                assert module.bias is not None
                nn.init.zeros_(module.bias)

    def through(self, x: Tensor, *rows: str) -> Tensor:
        """Return what leaves the modules of these rows of the table."""
        for row in rows:
            x = self.get_submodule(f"inception_{row}")(x)
        return x

    def forward(self, x: Tensor) -> Tensor | GoogLeNetOutput:
        """Return (N, classes), three times in training with auxiliary heads."""
        x = self.norm1(self.pool1(F.relu(self.conv1(x))))  # (N, 64, 112, 112) → (N, 64, 56, 56)
        x = self.pool2(self.norm2(self.conv2(x)))  # (N, 192, 56, 56) → (N, 192, 28, 28)
        x = self.pool3(self.through(x, "3a", "3b"))  # (N, 480, 28, 28) → (N, 480, 14, 14)
        x4a = self.through(x, "4a")  # (N, 512, 14, 14)
        x4d = self.through(x4a, "4b", "4c", "4d")  # (N, 528, 14, 14)
        x = self.pool4(self.through(x4d, "4e"))  # (N, 832, 14, 14) → (N, 832, 7, 7)
        x = self.through(x, "5a", "5b")  # (N, 1024, 7, 7)
        x = self.drop(self.average(x).flatten(1))  # (N, 1024, 1, 1) → (N, 1024)
        logits = self.linear(x)  # (N, classes)
        if self.training and self.aux1 is not None and self.aux2 is not None:
            return GoogLeNetOutput(logits, self.aux1(x4a), self.aux2(x4d))
        return logits  # type: ignore[no-any-return]


SOURCE = "Szegedy et al. 2014, table 1"
#: Columns "params" (in units of 1,024) and "ops", and the side of the output.
PRINTED = {
    "3a": ("159K", "128M", "28"),
    "3b": ("380K", "304M", "28"),
    "4a": ("364K", "73M", "14"),
    "4b": ("437K", "88M", "14"),
    "4c": ("463K", "100M", "14"),
    "4d": ("580K", "119M", "14"),
    "4e": ("840K", "170M", "14"),
    "5a": ("1072K", "54M", "7"),
    "5b": ("1388K", "71M", "7"),
}
CAUSES = {
    "4c": "; the row's 100M operations do follow from its widths",
    "5a": "; the row's 54M operations are 49 positions of the printed 1072K, so the two cells agree with each other and not with the widths",
}
OPERATIONS = {
    "4a": "{:,}, which rounds to 74 M and is cut to 73 M",
    "5a": "the widths give {:,}: the printed cell is 49 positions of the printed 1072K, which does not follow either",
}


def module_figures() -> tuple[Figure, ...]:
    """Return the cells of the modules' rows, each with what the row's widths give where that is another number."""
    figures, channels = [], 192
    for row, widths in TABLE.items():
        parameters, operations, side = PRINTED[row]
        weights = widths.weights(channels)
        off = weights / 1024 / int(parameters[:-1]) - 1
        why = (
            f"the table counts weights without biases in units of 1,024, and the widths give {weights:,} of them, "
            f"{weights / 1024:,.1f} units: {off:+.1%}{CAUSES.get(row, '')}"
        )
        work = OPERATIONS.get(row, "").format(weights * int(side) ** 2)
        at = f"inception_{row}"
        figures += [
            Figure("parameters", parameters, SOURCE, at=at, deviation=why),
            Figure("multiply_adds", operations, SOURCE, at=at, deviation=work),
            Figure("output_shape", side, SOURCE, at=at),
        ]
        channels = widths.maps
    return tuple(figures)


CONV1 = "7·7·3·64 are 9,408 weights{}; the cell is what 7 + 7 taps in place of 7·7 give: 14·3·64 = 2,688{}"


@register(
    "googlenet",
    (3, 224, 224),
    PAPER,
    figures=(
        Figure("parameters", "2.7K", SOURCE, at="conv1", deviation=CONV1.format(" and 64 biases", "")),
        Figure(
            "multiply_adds",
            "34M",
            SOURCE,
            at="conv1",
            deviation=CONV1.format(", 118,013,952 operations", ", times 112·112 positions 33,718,272"),
        ),
        Figure("output_shape", "112", SOURCE, at="conv1"),
        Figure(
            "parameters",
            "112K",
            SOURCE,
            at="conv2",
            deviation="64·64 + 9·64·192 = 114,688 weights are 112 units of 1,024; with 256 biases 114,944",
        ),
        Figure("multiply_adds", "360M", SOURCE, at="conv2"),
        Figure("output_shape", "56", SOURCE, at="conv2"),
        *module_figures(),
        Figure(
            "parameters",
            "1000K",
            SOURCE,
            at="linear",
            deviation="1024·1000 weights are 1000 units of 1,024; with 1,000 biases 1,025,000",
        ),
        Figure("multiply_adds", "1M", SOURCE, at="linear"),
        Figure(
            "layers",
            "22",
            "Szegedy et al. 2014, section 5",
            options=(("aux", False),),
            deviation="the longest way: 3 convolutions, 2 in each of 9 modules, 1 dense layer; side by side there are 58",
        ),
    ),
    deviations=(
        "Convolutions have biases: 6,998,552 parameters without the auxiliary heads (13,378,280 with them) follow from the "
        "table's widths; its params column adds up to 6,797.7 units of 1,024, which are 6,960,845. The paper's \"12 times fewer "
        'than AlexNet" would be 5 million.',
        "torchvision's GoogLeNet is another net: 3×3 in place of 5×5, and batch normalisation in place of biases and of "
        "response normalisation: 6,624,904 parameters, 13,004,888 with auxiliary heads.",
        "Response normalisation takes AlexNet's constants, and weights start after He et al. 2015: the paper states neither.",
    ),
    lecture=8,
)
def googlenet(**options: Any) -> GoogLeNet:
    """Return the net of table 1; the options are those of :class:`GoogLeNet`."""
    return GoogLeNet(**options)
