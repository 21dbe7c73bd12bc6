"""What an epoch costs: LeNet-5 on MNIST beside the textbook loop, `fit` beside a bare loop, DnCNN beside the roofline.

Run by ``make bench-train``. Peers take turns in the same run, and ratios of medians are what counts: the machine is never
quiet. MNIST is read from COURSE_DATA (or fetched); without it the first part is not run, and says so.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional
from torch.utils.data import DataLoader
from torchvision.datasets import MNIST
from torchvision.transforms import ToTensor

from course.data import Batches, DataError, load
from course.data.noise_models import GaussianNoise
from course.data.root import root
from course.models import build
from course.training import evaluate, fit
from course.training.choices import make_optimizer

MEAN, STD = 0.1307, 0.3081


def seconds(work: Callable[[], object], device: torch.device) -> float:
    """Return how long some work takes, the device's queue included."""
    synchronize(device)
    begun = time.perf_counter()
    work()
    synchronize(device)
    return time.perf_counter() - begun


def synchronize(device: torch.device) -> None:
    """Wait for what the device was told to do."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def in_turns(
    works: dict[str, Callable[[], object]], rounds: int, device: torch.device
) -> dict[str, list[float]]:
    """Return the seconds of each work, taken in turns, after one round to warm up."""
    found: dict[str, list[float]] = {name: [] for name in works}
    for number in range(rounds + 1):
        for name, work in works.items():
            taken = seconds(work, device)
            if number:
                found[name].append(taken)
    return found


def say(found: dict[str, list[float]], ours: str) -> None:
    """Print medians, and how many times as long each takes as ours; a ratio in each round, the median of them."""
    for name, times in found.items():
        ratios = [t / o for t, o in zip(times, found[ours], strict=True)]
        print(
            f"  {name:<42} {statistics.median(times):8.3f} s   × {statistics.median(ratios):6.3f}"
            f"   (rounds: {min(ratios):.3f} to {max(ratios):.3f})"
        )


class Textbook:
    """The loop of the textbooks: torchvision's data set, a DataLoader, ToTensor, one picture at a time."""

    def __init__(self, workers: int, batch_size: int, device: torch.device) -> None:
        held = MNIST(root(), train=True, transform=ToTensor())
        self.loader = DataLoader(held, batch_size, shuffle=True, num_workers=workers)
        self.device = device
        torch.manual_seed(0)
        self.model = build("lenet5_modern").to(device)
        self.optimizer = torch.optim.Adam(self.model.parameters(), 1e-3)

    def epoch(self) -> None:
        """Train for an epoch."""
        self.model.train()
        running = 0.0
        for x, y in self.loader:
            x, y = x.to(self.device), y.to(self.device)
            x = (functional.pad(x, (2, 2, 2, 2)) - MEAN) / STD
            self.optimizer.zero_grad()
            loss = functional.cross_entropy(self.model(x), y)
            loss.backward()
            self.optimizer.step()
            running += loss.item()


class Ours:
    """The same through `fit`."""

    def __init__(self, batches: Batches, device: torch.device) -> None:
        self.batches, self.device, self.seed = batches, device, 0
        torch.manual_seed(0)
        self.model = build("lenet5_modern")
        self.optimizer = make_optimizer("adam", 1e-3, self.model)

    def epoch(self) -> None:
        """Train for an epoch, set-up of `fit` included."""
        fit(
            self.model, self.batches, epochs=1, optimizer=self.optimizer, show=False, device=self.device.type,
            seed=self.seed,
        )  # fmt: skip
        self.seed += 1


def lenet(device: torch.device, rounds: int, batch_size: int) -> None:
    """Compare an epoch of LeNet-5 on MNIST with the textbook loop."""
    try:
        train, test = load("mnist", "train", stand_in=False), load("mnist", "test", stand_in=False)
    except DataError as error:
        print(f"LeNet-5 on MNIST: not run, the data are not here ({error})")
        return
    train, test = (held.step("padded", x=functional.pad(held.x, (2, 2, 2, 2))) for held in (train, test))  # type: ignore[arg-type]
    peers = {f"textbook loop, {n} workers": Textbook(n, batch_size, device) for n in (0, 2)}
    ours = Ours(Batches(train, batch_size, mean=MEAN, std=STD), device)
    print(f"An epoch of LeNet-5 on MNIST, batches of {batch_size}")
    found = in_turns(
        {"ours: fit on batches in memory": ours.epoch, **{k: v.epoch for k, v in peers.items()}},
        rounds,
        device,
    )
    say(found, "ours: fit on batches in memory")
    digits = Batches(test, 1000, shuffle=False, mean=MEAN, std=STD)
    models = {"ours": ours.model, **{name: peer.model for name, peer in peers.items()}}
    measured = {
        name: evaluate(model, digits, metrics=["accuracy"], device=device.type)["accuracy"]
        for name, model in models.items()
    }
    print(
        f"  test accuracy after {rounds + 1} epochs: "
        + ", ".join(f"{k} {v:.4f}" for k, v in measured.items())
    )


def overhead(device: torch.device, rounds: int) -> None:
    """Compare `fit` with a bare loop over the same tensors, in the same order and memory format."""
    draws = torch.Generator().manual_seed(0)
    x, y = torch.rand(25_600, 1, 32, 32, generator=draws), torch.randint(0, 10, (25_600,), generator=draws)
    batches = Batches((x, y), 128)
    bare = build("lenet5_modern").to(device, memory_format=torch.channels_last)
    mine = build("lenet5_modern")
    its = make_optimizer("adam", 1e-3, bare)
    placed = batches.place(device)

    def bare_epochs() -> None:
        bare.train()
        for epoch in range(2):
            total = torch.zeros((), device=device)
            for a, b in placed.epoch(epoch):
                loss = functional.cross_entropy(bare(a), b)
                its.zero_grad()
                loss.backward()
                its.step()
                total += loss.detach()
            total.item()

    def fitted() -> None:
        fit(mine, batches, epochs=2, show=False, device=device.type)

    print("\nTwo epochs of 200 steps of LeNet-5 (128 pictures of 32×32) on the same tensors")
    say(in_turns({"bare loop": bare_epochs, "fit": fitted}, rounds, device), "bare loop")


def dncnn(device: torch.device, rounds: int) -> None:
    """Measure DnCNN's pictures a second in training, and their share of what the device's matrix units can do."""
    if device.type != "cuda":
        print("\nDnCNN beside the roofline: not run, there is no CUDA device here")
        return
    steps, batch = 50, 128
    work = 3 * 2 * 555_137 * 40 * 40  # operations a picture: forward, and twice that for both gradients
    x = torch.rand(steps * batch, 1, 40, 40)
    print(
        f"\nDnCNN (17 layers, 64 maps), training on {batch} patches of 40×40, on {torch.cuda.get_device_name(device)}"
    )
    for precision, kind in (("32", torch.float32), ("bf16-mixed", torch.bfloat16)):
        for allowed in (False, True) if kind == torch.float32 else (True,):
            torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = allowed
            peak = roofline(device, kind)
            model = build("dncnn")
            data = Batches((x, None), batch, augment=GaussianNoise(25))
            taken = in_turns(
                {"fit": lambda model=model, data=data, precision=precision: fit(  # type: ignore[misc]
                    model, data, epochs=1, loss="mse", precision=precision, device="cuda", show=False)}, rounds, device,
            )["fit"]  # fmt: skip
            rate = steps * batch / statistics.median(taken)
            name = "TF32" if allowed and kind == torch.float32 else str(kind).removeprefix("torch.")
            print(
                f"  {name:<10} {rate:10,.0f} pictures/s = {rate * work / 1e12:7.1f} Tflop/s, "
                f"{rate * work / peak:6.1%} of the {peak / 1e12:.1f} Tflop/s of a product of 8192×8192 matrices measured here"
            )


def roofline(device: torch.device, kind: torch.dtype) -> float:
    """Return the operations a second of a large matrix product, the most that this device gives in this precision."""
    a: Tensor = torch.randn(8192, 8192, device=device, dtype=kind)
    taken = in_turns({"product": lambda: [a @ a for _ in range(10)]}, 3, device)["product"]
    return float(10 * 2 * 8192**3 / statistics.median(taken))


def main() -> None:
    """Run all parts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often each takes its turn (5)")
    parser.add_argument("--batch-size", type=int, default=64, help="of LeNet-5's batches (64)")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    chosen = parser.parse_args()
    device = torch.device(chosen.device)
    name = (
        torch.cuda.get_device_name(device)
        if device.type == "cuda"
        else platform.processor() or platform.machine()
    )
    print(
        f"torch {torch.__version__}, {device.type} ({name}), {torch.get_num_threads()} threads, {os.cpu_count()} cores, "
        f"load {os.getloadavg()[0]:.1f}\n"
    )
    overhead(device, chosen.rounds)
    print()
    lenet(device, chosen.rounds, chosen.batch_size)
    dncnn(device, chosen.rounds)


if __name__ == "__main__":
    sys.exit(main())
