"""Weights make classes count the same; subsets and repetitions have exact counts."""

from collections import Counter

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.utils.class_weight import compute_class_weight

from course.data.balance import class_weights, oversample, positive_weight, sample_weights, subset
from course.data.errors import DataError
from course.data.samples import Samples, Source


def labelled(counts, **changes):
    y = torch.cat([torch.full((n,), c) for c, n in enumerate(counts)])
    samples = Samples(
        torch.arange(len(y)).view(-1, 1, 1, 1), y, Source("test", False, "numbers", ""), tuple("abcdefgh"[: len(counts)])
    )  # fmt: skip
    return samples.step("changed", **changes) if changes else samples


some = st.lists(st.integers(1, 40), min_size=2, max_size=6)


@given(some)
@settings(max_examples=40, deadline=None)
def test_class_weights_are_scikit_learns(counts):
    samples = labelled(counts)
    expected = compute_class_weight("balanced", classes=np.arange(len(counts)), y=samples.y.numpy())
    torch.testing.assert_close(class_weights(samples), torch.from_numpy(expected).float())


@given(some)
@settings(max_examples=40, deadline=None)
def test_sample_weights_give_each_class_the_same_and_sum_to_1(counts):
    samples = labelled(counts)
    weights = sample_weights(samples)
    for c in range(len(counts)):
        assert float(weights[samples.y == c].sum()) == pytest.approx(1 / len(counts))


@given(some, st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_oversampling_fills_up_evenly(counts, seed):
    more = oversample(labelled(counts), seed=seed)
    assert more.class_counts() == [max(counts)] * len(counts)
    times = Counter(more.x.flatten().tolist())
    assert set(times) == set(range(sum(counts)))  # none is lost
    for c, n in enumerate(counts):
        mine = [times[i] for i in range(sum(counts[:c]), sum(counts[: c + 1]))]
        assert max(mine) - min(mine) <= 1
        assert sum(mine) == max(counts) or n == 0
    assert torch.equal(more.y, labelled(counts).y[more.x.flatten()])


def test_subsets_differ_by_seed_and_hold_no_sample_twice():
    samples = labelled([30, 10])
    few = subset(samples, 5, seed=2)
    assert few.class_counts() == [5, 5]
    assert len(set(few.x.flatten().tolist())) == 10
    assert few.x.flatten().tolist() == subset(samples, 5, seed=2).x.flatten().tolist()
    assert few.x.flatten().tolist() != subset(samples, 5, seed=3).x.flatten().tolist()
    assert few.source.steps == ("5 of each class, seed 2",)


def test_weights_make_the_losses_of_both_classes_equal():
    samples = labelled([30, 10])
    logits = torch.zeros(40)
    loss = torch.nn.BCEWithLogitsLoss(pos_weight=positive_weight(samples), reduction="none")
    each = loss(logits, samples.y.float())
    assert float(each[samples.y == 0].sum()) == pytest.approx(float(each[samples.y == 1].sum()))


@pytest.mark.parametrize("form", ["0 and 255", "truth values", "tuple", "floats"])
def test_the_weight_of_positive_pixels(form):
    mask = torch.zeros(2, 1, 10, 10, dtype=torch.uint8)
    mask[:, :, 0] = 1  # one row of ten
    y = {
        "0 and 255": mask * 255,
        "truth values": mask.bool(),
        "tuple": (mask[0], mask[1]),
        "floats": mask.float(),
    }[form]
    samples = Samples(torch.zeros(2, 1, 10, 10), y, Source("test", False, "rows", ""))
    assert positive_weight(samples).item() == 9


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (
            lambda: class_weights(labelled([5, 3]).step("", y=torch.arange(8) % 2 - 1)),
            "class numbers go down to -1",
        ),
        (lambda: subset(labelled([5, 3]), 2, seed=-1), "seed -1 is not a whole number from 0 on"),
        (lambda: oversample(labelled([5, 3]), seed=0.5), "seed 0.5"),
        (lambda: class_weights(labelled([5, 0, 3])), "class 'b' has no samples"),
        (lambda: oversample(labelled([5, 0, 3])), "class 'b' has no samples"),
        (lambda: class_weights(labelled([5], y=None)), "no class numbers"),
        (
            lambda: subset(labelled([5, 3]), 4),
            "class 'b' has 3 samples, and 4 are asked for: ask for at most 3",
        ),
        (lambda: subset(labelled([5, 3]), 0), "per_class 0"),
        (lambda: positive_weight(labelled([5, 3, 2])), r"targets hold \[0, 1, 2\]"),
        (lambda: positive_weight(labelled([5])), "there are no positives among 5"),
        (lambda: positive_weight(labelled([5], y=None)), "no targets"),
    ],
)
def test_errors_name_the_value_and_the_rule(call, says):
    with pytest.raises(DataError, match=says):
        call()
