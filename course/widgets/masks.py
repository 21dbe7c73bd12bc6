"""The masks explorer: paint truth and prediction, see what each measure counts, and what U-Net's loss weighs."""

from __future__ import annotations

from typing import Any

from course.arithmetic.errors import ShapeError
from course.widgets import masks_still
from course.widgets.bundle import bundle, styles
from course.widgets.explorer import Explorer, Field, load
from course.widgets.masks_model import Weighed, background, counts, measures, weigh

__all__ = ["MaskExplorer"]


class MaskExplorer(Explorer):
    """Paint a segmentation's truth and a prediction: IoU, Dice and five more measures with their counts, and U-Net's weight map.

    IoU = TP / (TP + FP + FN), Dice = 2 TP / (2 TP + FP + FN) = 2 IoU / (1 + IoU); w = w_c + w0 · exp(−(d₁ + d₂)² / 2σ²)

    Args:
        truth: rows of 0 and 1 (up to 16×16), an array, or a preset: disc, moved, vessel, aside, specks, nothing, spot, half,
            cells, merged.
        prediction: the same, of the same size.
        brush: side of the square that paints, in pixels.
        empty: what 0/0 counts as: "none" (not defined), "one" or "zero".
        measure: the measure whose pixels are marked: "iou", "dice", "accuracy", "sensitivity", "specificity", "precision", "balanced".
        show: what the map of the truth shows: "weights", "border", "classes" or "cells".
        w0, sigma: height and width (pixels) of the border term.
        balance: the class term gives background and cells the same sum; else it is 1 everywhere.
        inside: the border term within cells too.
        corners: pixels that touch by a corner alone are one cell.
        at: (row, column) of the pixel whose weight is written out; brought inside where it lies outside.

    >>> explorer = MaskExplorer()
    >>> explorer
    MaskExplorer(truth='disc', prediction='moved')
    >>> explorer.counts, round(explorer.measures["iou"], 3)
    ({'TP': 22, 'FP': 15, 'FN': 15, 'TN': 92}, 0.423)
    >>> MaskExplorer("nothing", "nothing").measures["dice"] is None         # 0/0 is not defined
    True
    >>> len({v for row in MaskExplorer("cells", "merged").weighed.cells for v in row}) - 1
    4
    >>> MaskExplorer("disc", "spot").problem                                # a state that cannot be computed: explained
    'truth is 12×12 and prediction 16×16: they are compared pixel by pixel'
    >>> MaskExplorer([[0, 2]])
    Traceback (most recent call last):
    ...
    course.arithmetic.errors.SettingError: truth[0][1] must be at most 1 in the explorer, got 2

    Raises:
        SettingError: a value of the wrong kind or beyond the explorer's limits.
        ShapeError: a mask that is empty, too large, or has rows of unequal length.

    Ronneberger, Fischer & Brox, "U-Net", MICCAI 2015, equation 2. Taught in lecture 12.
    """

    SPEC = load("masks")
    _esm = bundle("masks.js")
    _css = styles("theme.css", "masks.css", within="MaskExplorer")

    truth = Field()
    prediction = Field()
    brush = Field()
    empty = Field()
    measure = Field()
    show = Field()
    w0 = Field()
    sigma = Field()
    balance = Field()
    inside = Field()
    corners = Field()
    at = Field()

    def __init__(
        self,
        truth: Any = "disc",
        prediction: Any = "moved",
        brush: int = 1,
        *,
        empty: str = "none",
        measure: str = "iou",
        show: str = "weights",
        w0: float = 10,
        sigma: float = 5,
        balance: bool = True,
        inside: bool = True,
        corners: bool = False,
        at: Any = (5, 7),
    ) -> None:
        super().__init__(
            truth=_numbers(truth), prediction=_numbers(prediction), brush=brush, empty=empty, measure=measure, show=show,
            w0=w0, sigma=sigma, balance=balance, inside=inside, corners=corners, at=at,
        )  # fmt: skip

    @property
    def problem(self) -> str | None:
        """Why the masks cannot be compared, or None."""
        sizes = ["×".join(map(str, (len(mask), len(mask[0])))) for mask in (self.truth, self.prediction)]
        if sizes[0] == sizes[1]:
            return None
        return f"truth is {sizes[0]} and prediction {sizes[1]}: they are compared pixel by pixel"

    @property
    def counts(self) -> dict[str, int]:
        """TP, FP, FN and TN; raises where the masks differ in size."""
        if self.problem:
            raise ShapeError(self.problem)
        return counts(self.truth, self.prediction)

    @property
    def measures(self) -> dict[str, float | None]:
        """Each measure; None where it is 0/0 and ``empty`` does not say what that counts as."""
        return measures(self.counts, self.empty)

    @property
    def background(self) -> dict[str, float | None]:
        """Each measure of the answer that all is background."""
        return measures(background(self.counts), self.empty)

    @property
    def weighed(self) -> Weighed:
        """The weight map of the truth, and what it is made of."""
        return weigh(self.truth, self.state)

    @property
    def lines(self) -> list[str]:
        """The code that computes the same, to copy."""
        classes = "" if self.balance else ", class_weights=(1, 1)"
        inside = "" if self.inside else ", inside_cells=False"
        cells = (
            "torch.tensor(ndimage.label(truth, np.ones((3, 3)))[0])" if self.corners else "instances(truth)"
        )
        w0 = (
            0 if self.corners and max(map(max, self.weighed.cells)) == 1 else self.w0
        )  # it would be cut apart again
        return [
            "binary_jaccard_index(prediction, truth)  # torchmetrics.functional.classification",
            f"border_weights({cells}, w0={w0}, sigma={self.sigma}{classes}{inside})  # course.data.weightmap",
        ]

    def svg(self) -> str:
        """Draw truth, prediction, their comparison and the weight map."""
        return masks_still.picture(self)

    def description(self) -> str:
        """Say the counts, the measures with their numbers, and the weights in words."""
        return masks_still.words(self)


def _numbers(mask: Any) -> Any:
    """Return a mask of truth values as one of 0 and 1; leave anything else as it is."""
    rows = mask.tolist() if hasattr(mask, "tolist") else mask
    if isinstance(rows, (list, tuple)) and rows and all(isinstance(row, (list, tuple)) for row in rows):
        return [[int(v) if isinstance(v, bool) else v for v in row] for row in rows]
    return rows
