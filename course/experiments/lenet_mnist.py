"""LeNet-5 on MNIST (LeCun, Bottou, Bengio & Haffner 1998), in minutes on two CPU cores."""

from __future__ import annotations

from torch import Tensor
from torch.nn.functional import pad

from course.data import Batches, DataError, Samples, Shift, split
from course.experiments.lab import Lab
from course.experiments.registry import experiment
from course.models import build

__all__ = ["framed", "lenet_mnist"]

MEAN, STD = 0.1307, 0.3081  # of the pixels of MNIST's training set, in [0, 1]


@experiment("LeNet-5 on MNIST", lecture=7)
def lenet_mnist(lab: Lab) -> None:
    """Train today's form of LeNet-5 on digits shifted by up to two pixels; look at a validation set; test once, at the end.

    Source: section III of the paper, whose nets read 60,000 digits in batches of one, for 20 passes.
    """
    train, check = split(framed(lab.load("mnist", "train")), 11 / 12, 1 / 12, seed=0)
    test = framed(lab.load("mnist", "test"))
    lab.seed(0)
    model = build("lenet5_modern")
    lab.fit(
        "lenet5_modern",
        model,
        Batches(train, 64, augment=Shift(2), mean=MEAN, std=STD),
        Batches(check, 500, shuffle=False, mean=MEAN, std=STD),
        optimizer="adam", lr=4e-3, schedule="one_cycle", epochs=lab.pick(smoke=2, cpu=10, full=20), metrics=["accuracy"],
    )  # fmt: skip
    measured = lab.evaluate(
        model, Batches(test, 500, shuffle=False, mean=MEAN, std=STD), metrics=["accuracy"]
    )
    lab.figure(
        "test_accuracy",
        measured["accuracy"],
        published="0.9905",
        source="LeCun et al. 1998, figure 9: error 0.95 %, undistorted digits",
    )
    lab.figure("test_loss", measured["loss"])
    lab.keep(model)


def framed(digits: Samples) -> Samples:
    """Return digits of 28×28 in the middle of 32×32, as LeNet-5 reads them (section II.B)."""
    if not isinstance(digits.x, Tensor):
        raise DataError("digits of several sizes: LeNet-5 reads one")
    return digits.step("2 pixels of black on every side", x=pad(digits.x, (2, 2, 2, 2)))
