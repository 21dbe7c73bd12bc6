"""A net with batch normalisation, whose processes each see their part of a batch: ``normed.py OUT``, under torchrun."""

import sys

import torch
from torch import nn

from course.training import fit


def normed():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(5, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 2))


def numbers():
    x = torch.randn(60, 5, generator=torch.Generator().manual_seed(0))
    return x, (x[:, 0] > 0).long()


if __name__ == "__main__":
    fit(
        normed(),
        numbers(),
        numbers(),
        epochs=3,
        batch_size=20,
        lr=0.05,
        device="cpu",
        out=sys.argv[1],
        show=False,
    )
