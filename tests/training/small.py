"""A small run with everything that a resumed one could get wrong: ``python small.py RESULT OUT [DEVICES]``.

Convolution, batch normalisation and dropout (left out with several processes, which see parts of a batch), a schedule,
clipping, augmentation, metrics. It prints each step, and writes the curves and a hash of the weights.
"""

import hashlib
import json
import os
import sys
import time
from pathlib import Path

import torch
from torch import nn

from course.data.augment import Compose, Crop, Flip
from course.data.batches import Batches
from course.training import fit


class Count:
    def on_step(self, run):
        print(run.step, flush=True)
        time.sleep(0.004)  # so that who reads this can end the run before it ends by itself


def main(result, out, devices=1):
    several = devices > 1 or "TORCHELASTIC_RUN_ID" in os.environ
    draws = torch.Generator().manual_seed(5)
    x = torch.randint(0, 256, (301, 1, 12, 12), dtype=torch.uint8, generator=draws)
    y = torch.randint(0, 4, (301,), generator=draws)
    torch.manual_seed(1)
    between = [] if several or out == "-" else [nn.BatchNorm2d(8), nn.Dropout(0.3)]
    model = nn.Sequential(nn.Conv2d(1, 8, 3), *between, nn.ReLU(), nn.Flatten(), nn.Linear(800, 4))
    history = fit(
        model, Batches((x, y), 16, augment=Compose(Crop(padding=2), Flip())), (x[:101], y[:101]),
        epochs=4, optimizer="adam", lr=1e-2, schedule="cosine", clip=1.0, metrics=["accuracy", "auroc"],
        out=None if out == "-" else out, save_every=0.02, keep="best", callbacks=[Count()], device="cpu", devices=devices, show=False,
    )  # fmt: skip
    if os.environ.get("LOCAL_RANK", "0") == "0":
        weights = b"".join(v.contiguous().numpy().tobytes() for v in model.state_dict().values())
        done = {"weights": hashlib.sha256(weights).hexdigest(), **history.to_dict()}
        Path(result).write_text(json.dumps(done))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int((sys.argv[3:] or ["1"])[0]))
