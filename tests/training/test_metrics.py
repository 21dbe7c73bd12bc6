"""Metrics by name: from raw outputs, batch by batch, in one process and in two."""

from __future__ import annotations

import copy
import math
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import torch
import torchmetrics.functional.classification as tfc
from torch import Tensor
from torchmetrics import MeanMetric, MetricCollection
from torchmetrics.functional.image import peak_signal_noise_ratio

from course.training import definitions as d
from course.training.errors import TrainingError
from course.training.metrics import NAMES, build, meaning, task_of


def collected(scores: MetricCollection, outputs: Tensor, targets: Tensor, size: int = 7) -> dict[str, float]:
    for x, y in zip(outputs.split(size), targets.split(size), strict=True):
        scores.update(x, y)
    return {name: float(value) for name, value in scores.compute().items()}


@pytest.fixture(autouse=True)
def _seed() -> None:
    torch.manual_seed(0)


def test_one_logit():
    # The first batches lie in [0, 1], where torchmetrics would take logits for probabilities.
    logits, truth = torch.cat([torch.rand(14), 3 * torch.randn(36)]), torch.randint(0, 2, (50,))
    got = collected(build(list(NAMES["binary"]), task="binary"), logits[:, None], truth[:, None].float())
    p = logits.sigmoid()
    want = {
        "accuracy": tfc.binary_accuracy(p, truth), "auroc": tfc.binary_auroc(p, truth),
        "kappa": tfc.binary_cohen_kappa(p, truth), "sensitivity": tfc.binary_recall(p, truth),
        "specificity": tfc.binary_specificity(p, truth), "precision": tfc.binary_precision(p, truth),
        "f1": tfc.binary_f1_score(p, truth), "iou": tfc.binary_jaccard_index(p, truth),
        "dice": tfc.binary_f1_score(p, truth),
    }  # fmt: skip
    assert got == pytest.approx({name: float(value) for name, value in want.items()}, abs=1e-6)
    assert set(got) == set(NAMES["binary"])


def test_two_scores_are_one_logit():
    two, truth = torch.randn(40, 2), torch.randint(0, 2, (40,))
    one = collected(build(["auroc", "sensitivity"], task="binary"), two[:, 1] - two[:, 0], truth)
    assert collected(build(["auroc", "sensitivity"], task="binary"), two, truth) == pytest.approx(one)


def test_scores_of_classes():
    logits, truth = torch.randn(60, 6), torch.randint(0, 6, (60,))
    truth[truth == 5] = 0  # one class never occurs, but is predicted
    logits[:, 4] = -9  # one is never predicted
    names = [*(n for n in NAMES["multiclass"] if n != "top5"), "top3"]
    got = collected(build(names, like=(logits, truth)), logits, truth)
    p = logits.softmax(1)
    assert got["accuracy"] == pytest.approx(float(tfc.multiclass_accuracy(p, truth, 6, average="micro")))
    assert got["accuracy"] != pytest.approx(float(tfc.multiclass_accuracy(p, truth, 6, average="macro")))
    assert got["top3"] == pytest.approx(float(d.top_k_accuracy(logits, truth, 3)))
    assert got["kappa"] == pytest.approx(float(tfc.multiclass_cohen_kappa(p, truth, 6)), abs=1e-6)
    macro = {
        "sensitivity": tfc.multiclass_recall, "specificity": tfc.multiclass_specificity, "f1": tfc.multiclass_f1_score,
        "precision": tfc.multiclass_precision, "iou": tfc.multiclass_jaccard_index, "dice": tfc.multiclass_f1_score,
    }  # fmt: skip
    for name, theirs in macro.items():
        assert got[name] == pytest.approx(float(theirs(p, truth, 6, average="macro")), abs=1e-6)
    one_by_one = [d.auroc(p[:, k], truth == k) for k in range(5)]
    assert got["auroc"] == pytest.approx(float(torch.stack(one_by_one).mean()), abs=1e-6)


def test_masks():
    logits, truth = torch.randn(6, 3, 8, 9), torch.randint(0, 3, (6, 8, 9))
    names = ["accuracy", "iou", "dice", "auroc"]
    got = collected(build(names, task="multiclass", classes=3), logits, truth, 2)
    assert collected(build(names, like=(logits, truth[:, None])), logits, truth[:, None], 4) == pytest.approx(
        got
    )
    assert got["iou"] == pytest.approx(float(tfc.multiclass_jaccard_index(logits, truth, 3)))
    flat = logits.movedim(1, -1).reshape(-1, 3)
    assert got["auroc"] == pytest.approx(
        float(tfc.multiclass_auroc(flat.softmax(1), truth.flatten(), 3)), abs=1e-6
    )
    one = torch.randn(6, 1, 8, 9)
    mask = (truth[:, None] == 1).float()
    got = collected(build(["dice", "iou"], like=(one, mask)), one, mask, 4)
    overlap = ((one > 0) & (mask > 0)).sum()
    assert got["dice"] == pytest.approx(float(2 * overlap / ((one > 0).sum() + mask.sum())))


def test_several_labels():
    logits, truth = torch.randn(40, 4), torch.randint(0, 2, (40, 4))
    got = collected(build(list(NAMES["multilabel"]), like=(logits, truth)), logits, truth)
    p = logits.sigmoid()
    want = {
        "accuracy": tfc.multilabel_accuracy(p, truth, 4, average="micro"), "exact": tfc.multilabel_exact_match(p, truth, 4),
        "auroc": tfc.multilabel_auroc(p, truth, 4), "sensitivity": tfc.multilabel_recall(p, truth, 4),
        "specificity": tfc.multilabel_specificity(p, truth, 4), "precision": tfc.multilabel_precision(p, truth, 4),
        "f1": tfc.multilabel_f1_score(p, truth, 4),
    }  # fmt: skip
    assert got == pytest.approx({name: float(value) for name, value in want.items()}, abs=1e-6)


@pytest.mark.parametrize("peak", [1.0, 255.0])
def test_pictures(peak):
    y = peak * torch.rand(9, 1, 16, 16)
    x = y + peak * torch.linspace(0.01, 0.3, 9)[:, None, None, None] * torch.randn(9, 1, 16, 16)
    got = collected(build(list(NAMES["image"]), peak=peak), x, y, 4)
    each = peak_signal_noise_ratio(x, y, peak, reduction="none", dim=(1, 2, 3))
    assert got["psnr"] == pytest.approx(float(each.mean()), abs=1e-4)
    assert (
        abs(got["psnr"] - float(peak_signal_noise_ratio(x, y, peak))) > 1
    )  # of the pooled error, it would be another
    assert got["ssim"] == pytest.approx(float(d.ssim(x, y, peak).mean()), abs=1e-5)
    assert got["mse"] == pytest.approx(float(((x - y) ** 2).mean()), rel=1e-5)
    assert got["mae"] == pytest.approx(float((x - y).abs().mean()), rel=1e-5)


def test_an_absent_class_gives_no_number():
    got = collected(
        build(["auroc", "sensitivity", "dice"], task="binary"), torch.full((4,), -2.0), torch.zeros(4)
    )
    assert all(math.isnan(value) for value in got.values())


def test_large_logits_keep_their_order():
    logits, truth = 40 + torch.randn(400), torch.randint(0, 2, (400,))
    got = collected(build(["auroc"], task="binary"), logits, truth, 50)
    assert got["auroc"] == pytest.approx(float(d.auroc(logits.double(), truth)), abs=1e-6)
    assert got["auroc"] != 0.5


@pytest.mark.parametrize("kind", [torch.bfloat16, torch.float16, torch.float64])
def test_any_precision(kind):
    logits, truth = torch.randn(30, 3).to(kind), torch.randint(0, 3, (30,))
    got = collected(build(["accuracy", "auroc"], like=(logits, truth)), logits, truth)
    assert got["accuracy"] == pytest.approx(float((logits.argmax(1) == truth).float().mean()))


def test_reset_copy_and_prefix():
    scores = build(["accuracy", "iou"], task="binary")
    first = collected(scores, torch.randn(20), torch.randint(0, 2, (20,)))
    scores.reset()
    assert collected(scores, torch.ones(4), torch.ones(4)) == {"accuracy": 1, "iou": 1} != first
    for twin in (copy.deepcopy(scores), scores.clone(prefix="val_")):
        twin.reset()
        assert set(collected(twin, -torch.ones(4), torch.ones(4)).values()) == {0}
    assert float(scores.compute()["accuracy"]) == 1
    assert set(scores.clone(prefix="val_").compute()) == {"val_accuracy", "val_iou"}


def test_the_step_form_gives_the_batch_alone_and_keeps_the_whole():
    scores = build(["accuracy", "kappa"], task="binary")
    assert float(scores(torch.ones(4), torch.ones(4))["accuracy"]) == 1
    assert float(scores(-torch.ones(4), torch.ones(4))["accuracy"]) == 0
    assert float(scores.compute()["accuracy"]) == 0.5


def test_what_counts_pixels_counts_them_once():
    scores = build(
        ["accuracy", "kappa", "sensitivity", "specificity", "iou", "dice"], task="multiclass", classes=3
    )
    for _ in range(3):
        scores.update(torch.randn(8, 3), torch.randint(0, 3, (8,)))
    assert len(scores.compute_groups) == 1


def test_nothing_is_kept_of_the_graph():
    logits = torch.randn(8, requires_grad=True)
    scores = build(["auroc"], task="binary")
    scores.update(logits, torch.ones(8))
    assert not scores["auroc"].scores[0].requires_grad


def test_the_first_batch_tells_the_task():
    logits, truth = torch.randn(30, 4), torch.randint(0, 4, (30,))
    scores = build(["accuracy", "top2", "auroc"])
    assert "first batch" in scores.explain()
    told = build(["accuracy", "top2", "auroc"], task="multiclass", classes=4)
    assert collected(scores, logits, truth) == collected(told, logits, truth)
    assert "micro" in scores.explain()
    assert float(next(iter(collected(build(["kappa"], task="multiclass"), logits, truth).values()))) < 1
    pictures = build(["psnr"])  # by its name, though black targets might be a mask
    assert collected(pictures, torch.full((2, 1, 8, 8), 0.1), torch.zeros(2, 1, 8, 8))[
        "psnr"
    ] == pytest.approx(20)
    with pytest.raises(TrainingError, match="no binary metric 'exact'; it is one of the multilabel task"):
        build(["exact"]).update(torch.zeros(3), torch.zeros(3))


def test_no_metrics_at_all():
    scores = build(())
    scores.update(torch.zeros(4, 3), torch.zeros(4))
    assert scores.compute() == {}
    assert len(scores) == 0


def test_other_names_and_torchmetrics_as_they_are():
    renamed = build({"hits": "accuracy"}, task="binary")
    assert collected(renamed, torch.ones(2), torch.ones(2)) == {"hits": 1}
    assert renamed.explain() == "hits: share of right answers"
    mean = build({"mean": MeanMetric()})
    mean.update(torch.tensor([1.0, 3.0]))
    assert float(mean.compute()["mean"]) == 2
    with pytest.raises(TrainingError, match="mean are torchmetrics, the others names"):
        build({"mean": MeanMetric(), "accuracy": "accuracy"}, task="binary")


@pytest.mark.parametrize("task", NAMES)
def test_every_name_can_be_built_and_is_explained(task):
    for name in NAMES[task]:
        assert len(meaning(name, task)) > 20
        assert name in build(name, task=task, classes=6).explain()
    with_averages = [name for name, words in NAMES["multiclass"].items() if "average" in words]
    assert {*with_averages, "top5", "kappa"} == set(NAMES["multiclass"])


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"metrics": ["accurate"], "task": "binary"}, "did you mean 'accuracy'"),
        ({"metrics": ["psnr"], "task": "binary"}, "no binary metric 'psnr'; it is one of the image task"),
        ({"metrics": ["IoU-"], "task": "multiclass", "classes": 3}, "did you mean 'iou'"),
        ({"metrics": ["accurate"]}, "no metric 'accurate'; did you mean 'accuracy'"),
        ({"metrics": ["accuracy"], "task": "classes"}, "the task 'classes' is not known"),
        ({"metrics": ["top7"], "task": "multiclass", "classes": 5}, "top7 of 5 classes"),
    ],
)
def test_what_cannot_be_built_is_explained(asked, said):
    with pytest.raises(TrainingError, match=said):
        build(asked.pop("metrics"), **asked)


@pytest.mark.parametrize(
    ("task", "outputs", "targets", "said"),
    [
        ("binary", torch.zeros(4, 3), torch.zeros(4), "one logit"),
        ("binary", torch.zeros(4), torch.tensor([0, 1, 2, 1]), "target class 2 is outside 0…1"),
        ("multiclass", torch.zeros(4, 5), torch.zeros(4), "3 classes need scores"),
        ("multiclass", torch.zeros(4, 3), torch.tensor([0, 1, 3, 2]), "target class 3 is outside 0…2"),
        ("multiclass", torch.zeros(4, 3, 5, 5), torch.zeros(4, 6, 6), "class numbers"),
        ("multilabel", torch.zeros(4, 3), torch.zeros(4), "3 labels need 3 logits"),
        ("image", torch.zeros(4, 1, 8, 8), torch.zeros(4, 1, 8, 9), "one shape"),
    ],
)
def test_batches_that_do_not_fit_are_refused(task, outputs, targets, said):
    scores = build(["psnr"] if task == "image" else ["accuracy"], task=task, classes=3)
    with pytest.raises(TrainingError, match=said):
        scores.update(outputs, targets)


def test_tasks_that_cannot_be_told():
    assert task_of(torch.zeros(5, 2), torch.zeros(5, dtype=torch.long)) == ("multiclass", 2)
    assert task_of(torch.zeros(1, 1), torch.ones(1)) == ("binary", 2)
    with pytest.raises(TrainingError, match="fit no task"):
        task_of(torch.zeros(5, 2), torch.zeros(4, dtype=torch.long))


TWO = """
import sys, torch, torch.distributed as dist
from course.training.metrics import build
rank, port = int(sys.argv[1]), sys.argv[2]
torch.set_num_threads(1)
dist.init_process_group("gloo", init_method=f"tcp://127.0.0.1:{port}", rank=rank, world_size=2)
mine = slice(0, 20) if rank == 0 else slice(20, 30)
for names, outputs, targets in torch.load(sys.argv[3]):
    scores = build(names)
    for xs, ys in zip(outputs[mine].split(6), targets[mine].split(6)):
        scores.update(xs, ys)
    for name, value in scores.compute().items():
        print(name, float(value))
dist.destroy_process_group()
"""


def test_two_processes_give_the_numbers_of_one(tmp_path: Path) -> None:
    cases = [
        (["accuracy", "kappa", "iou", "auroc", "top2"], torch.randn(30, 3), torch.randint(0, 3, (30,))),
        (["psnr", "ssim", "mse"], torch.rand(30, 1, 12, 12), torch.rand(30, 1, 12, 12)),
    ]
    alone: dict[str, float] = {}
    for names, outputs, targets in cases:
        alone |= collected(build(names), outputs, targets)
    torch.save(cases, tmp_path / "cases.pt")
    (tmp_path / "two.py").write_text(TWO)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "two.py"]
    ranks = [
        subprocess.Popen(
            [*command, str(rank), str(port), "cases.pt"], env=env, cwd=tmp_path, text=True, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for rank in range(2)
    ]  # fmt: skip
    said = [rank.communicate(timeout=240) for rank in ranks]
    assert [rank.returncode for rank in ranks] == [0, 0], said[0][1] + said[1][1]
    for out, _ in said:
        together = {name: float(value) for name, value in (line.split() for line in out.splitlines())}
        assert together == pytest.approx(alone, abs=1e-5)
