"""An experiment that takes a second: entered into the register for the length of a test."""

import pytest
import torch
from torch import nn

from course.experiments.registry import EXPERIMENTS, Experiment


def toy(lab):
    digits = lab.load("mnist", "test")[: lab.pick(smoke=64, cpu=128, full=256)]
    lab.seed(0)
    model = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
    history = lab.fit("linear", model, digits, digits, epochs=3, metrics=["accuracy"], batch_size=16)
    lab.figure("train_loss", history["train_loss"][-1])
    lab.figure(
        "accuracy",
        lab.evaluate(model, digits, metrics=["accuracy"])["accuracy"],
        published="0.9",
        source="nobody",
    )
    lab.note("a toy")
    lab.keep(model)
    lab.keep(nn.Linear(1000, 1000), "large")


@pytest.fixture
def toy_registered():
    EXPERIMENTS["toy"] = Experiment("toy", "A toy", 3, toy)
    yield "toy"
    del EXPERIMENTS["toy"]


def same_weights():
    torch.manual_seed(0)
    return nn.Sequential(nn.Flatten(), nn.Linear(784, 10))
