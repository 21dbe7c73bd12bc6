"""Transfer of what a network has learnt: little or much target data, like the source's or unlike, and five ways to use the net."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import mean, stdev
from typing import Any

from torch import nn
from torch.optim import SGD

from course.data import Batches, Samples
from course.data.augment import Compose, Crop, Flip
from course.data.balance import subset
from course.data.splits import split
from course.experiments.frozen import activations, as_photographs, begun, classified, of_classes
from course.experiments.judging import logits, tensors
from course.experiments.lab import Lab
from course.experiments.registry import experiment
from course.models.cifar_resnet import CifarResNet

__all__ = ["summary", "transfer"]

SOURCE = (0, 1, 2, 4, 6, 8)  # airplane, automobile, bird, deer, frog, ship
SIMILAR = (3, 5, 7, 9)  # cat, dog, horse, truck
#: Of CIFAR-10's colours; every picture here is scaled by them, as the source net has learnt it.
PIXELS: dict[str, Any] = {"mean": (0.49, 0.48, 0.45), "std": (0.25, 0.24, 0.26)}
METHODS = ("linear", "svm", "fine_tuned_low", "fine_tuned", "scratch")


@experiment("Transfer in four cases", lecture=10)
def transfer(lab: Lab) -> None:
    """Ask which use of a trained net is best, by how much target data there are and how like the source's they are.

    Source: six classes of CIFAR-10's pictures. Similar target: its other four classes; different: MNIST. Five methods:

    linear is a logistic regression on the last features of the frozen net; svm a linear support vector machine on the
    activations in its middle (stage 2, pooled to 4×4); fine_tuned goes on learning all of the net, under a new head, at the
    source's rate; fine_tuned_low does so with all but the new head at a tenth of it; scratch begins anew at the source's rate,
    for as many epochs.

    C of the linear models comes from cross-validation within the training pictures. The rates of fine-tuning were compared
    once, at cpu scale, on training pictures left out for it, after a first run whose test figures for a tenth of the rate
    throughout had been seen; the low rate is the usual advice and stays beside. Each seed draws a target set of its own, which
    no method augments.
    What to expect: Yosinski, Clune, Bengio & Lipson, NeurIPS 2014; Razavian et al., CVPR workshops 2014.
    """
    kind = lab.pick(smoke="cifar10_subset", cpu="cifar10_subset", full="cifar10")
    learn, test = lab.load(kind, "train"), lab.load(kind, "test")
    digits, digits_test = (as_photographs(lab.load("mnist", split)) for split in ("train", "test"))
    few = lab.pick(smoke=20, cpu=10**6, full=10**6)  # pictures of a class, at most
    source, held = split(of_classes(learn, SOURCE, few), 0.9, 0.1, seed=0)
    lab.seed(0)
    net = CifarResNet(lab.pick(smoke=8, cpu=8, full=20), num_classes=len(SOURCE))
    rate = 0.05
    lab.fit(
        "source", net, Batches(source, 64, augment=Compose(Crop(padding=4), Flip()), **PIXELS),
        Batches(held, 500, shuffle=False, **PIXELS), metrics=["accuracy"], optimizer="momentum", lr=rate,
        schedule="one_cycle", epochs=lab.pick(smoke=1, cpu=10, full=100), seed=0,
    )  # fmt: skip
    lab.figure("source_test_accuracy", accuracy(lab, net, of_classes(test, SOURCE, few)))
    lab.keep(net, "source")

    pools = {
        "similar": (of_classes(learn, SIMILAR, few), of_classes(test, SIMILAR, few)),
        "different": (digits, subset(digits_test, lab.pick(smoke=10, cpu=200, full=800), seed=0)),
    }
    # Pictures in all, the same for four classes and for ten; epochs of fine-tuning and of learning from scratch.
    sizes = {"small": (lab.pick(smoke=20, cpu=40, full=40), lab.pick(smoke=2, cpu=40, full=60)),
             "large": (lab.pick(smoke=40, cpu=2000, full=20_000), lab.pick(smoke=1, cpu=8, full=40))}  # fmt: skip
    for likeness, (pool, judged) in pools.items():
        for size, (total, epochs) in sizes.items():
            case = f"{size}_{likeness}"
            scores: dict[str, list[float]] = {method: [] for method in METHODS}
            for seed in lab.pick(smoke=(0,), cpu=(0, 1, 2), full=(0, 1, 2, 3, 4)):
                target = subset(pool, total // len(pool.classes), seed=seed)
                for method in ("linear", "svm"):
                    layer = {"linear": net.pool, "svm": net.stage2}[method]
                    x, tested = (activations(lab, net, layer, s, PIXELS) for s in (target, judged))
                    scores[method].append(
                        classified(x, tensors(target)[1], tested, tensors(judged)[1], svm=method == "svm")
                    )
                for method in METHODS[2:]:
                    lab.seed(seed)
                    model = begun(net, len(pool.classes), fresh=method == "scratch")
                    lab.fit(
                        f"{case}/{method}/{seed}", model, Batches(target, 20 if size == "small" else 64, seed=seed, **PIXELS),
                        optimizer=two_rates(model, rate, rate / 10 if method == "fine_tuned_low" else rate),
                        schedule="one_cycle", epochs=epochs, seed=seed,
                    )  # fmt: skip
                    scores[method].append(accuracy(lab, model, judged))
            for method, values in scores.items():
                lab.figure(f"{case}_{method}", mean(values))
                lab.figure(f"{case}_{method}_by_seed", values)
            lab.figure(f"{case}_chance", 1 / len(pool.classes))
            lab.note(summary(case, scores))
    lab.note(
        "Fine-tuning at the source's rate was settled on training pictures left out for it (cpu scale, one draw), after a first run had "
        "shown a tenth of the rate, head and all, behind on the test pictures as well: these were not unseen when it was settled."
    )
    lab.note(
        f"The source net is a ResNet of the course trained here on {len(source):,} pictures ({source.source.what}), not one of ImageNet: "
        "its features are far less general than those of the papers."
    )


def two_rates(model: CifarResNet, head: float, body: float) -> SGD:
    """Return the momentum method with a rate for the new head and one for all that was there before."""
    before = [p for name, p in model.named_parameters() if not name.startswith("head.")]
    groups = [{"params": before, "lr": body}, {"params": list(model.head.parameters()), "lr": head}]
    return SGD(groups, lr=body, momentum=0.9)


def accuracy(lab: Lab, net: nn.Module, samples: Samples) -> float:
    """Return the share of right answers."""
    right = logits(lab, net, samples, PIXELS).argmax(1).eq(tensors(samples)[1])
    return float(right.double().mean())


def summary(case: str, scores: Mapping[str, Sequence[float]]) -> str:
    """Return one sentence: the accuracy of each method, best first, with its spread over the seeds.

    >>> summary("small_similar", {"linear": [0.5, 0.7], "scratch": [0.4, 0.4]})
    'small_similar, mean ± deviation over 2 draws: linear 0.600 ± 0.141, scratch 0.400 ± 0.000.'
    """
    ranked = sorted(scores, key=lambda method: -mean(scores[method]))
    count = len(scores[ranked[0]])
    spread = {method: f" ± {stdev(values):.3f}" if count > 1 else "" for method, values in scores.items()}
    words = ", ".join(f"{method} {mean(scores[method]):.3f}{spread[method]}" for method in ranked)
    return f"{case}, mean ± deviation over {count} draws: {words}."
