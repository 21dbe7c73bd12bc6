"""A net with batch normalisation, whose processes each see their part of a batch: ``normed.py OUT``, under torchrun."""

import atexit
import os
import sys
from pathlib import Path

import torch
from torch import distributed, nn

from course.training import fit


def normed():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(5, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.Linear(8, 2))


def numbers():
    x = torch.randn(60, 5, generator=torch.Generator().manual_seed(0))
    return x, (x[:, 0] > 0).long()


def tell(out):
    """Write, when all else is over, whether this process is still in its group."""
    there = "still in its group" if distributed.is_initialized() else "left"
    (Path(out) / f"end{os.environ['RANK']}.txt").write_text(there)


if __name__ == "__main__":
    atexit.register(tell, sys.argv[1])
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
