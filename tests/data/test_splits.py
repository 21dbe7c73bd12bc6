"""Parts are disjoint, complete and of exact size; classes keep their shares; groups are not torn; the seed decides."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from course.data.errors import DataError
from course.data.samples import Samples, Source
from course.data.splits import folds, split


def labelled(counts, shuffled=True):
    """Return samples whose one pixel is their own number."""
    y = torch.cat([torch.full((n,), c) for c, n in enumerate(counts)])
    if shuffled:
        y = y[torch.randperm(len(y), generator=torch.Generator().manual_seed(0))]
    x = torch.arange(len(y)).view(-1, 1, 1, 1)
    return Samples(x, y, Source("test", False, "numbers", ""), tuple("abcdefgh"[: len(counts)]))


def numbers(samples):
    return samples.x.flatten().tolist()


def check_parts(samples, parts):
    together = [number for part in parts for number in numbers(part)]
    assert sorted(together) == list(range(len(samples)))
    for part in parts:
        assert torch.equal(part.y, samples.y[part.x.flatten()])
        assert numbers(part) == sorted(numbers(part))


@given(
    st.lists(st.integers(4, 60), min_size=1, max_size=5), st.lists(st.floats(0.1, 1), min_size=2, max_size=4), st.integers(0, 2**40)
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_fractions_stratified(counts, weights, seed):
    fractions = [w / sum(weights) for w in weights]
    samples = labelled(counts)
    if min(fractions) * len(samples) < len(counts) + 1:
        return
    parts = split(samples, *fractions, seed=seed)
    check_parts(samples, parts)
    for part, fraction in zip(parts, fractions, strict=True):
        assert abs(len(part) - fraction * len(samples)) < 1
        for mine, all_of_it in zip(part.class_counts(), counts, strict=True):
            assert abs(mine - len(part) / len(samples) * all_of_it) < (1 if len(parts) == 2 else 2) - 1e-9


def test_a_class_of_which_the_first_part_takes_nearly_all_is_split_too():
    parts = split(labelled([25, 4]), 0.72, 0.13, 0.15)
    assert [len(part) for part in parts] == [21, 4, 4]
    assert sum(part.class_counts()[1] for part in parts) == 4


@given(st.integers(3, 200), st.data())
@settings(max_examples=40, deadline=None)
def test_counts_are_exact_without_classes(n, data):
    first = data.draw(st.integers(1, n - 2))
    second = data.draw(st.integers(1, n - first - 1))
    samples = labelled([n])
    for parts in (
        split(samples, first, second, n - first - second, stratify=False),
        split(samples, first, None, n - first - second, stratify=False),
    ):
        assert [len(part) for part in parts] == [first, second, n - first - second]
        check_parts(samples, parts)


@pytest.mark.parametrize("options", [{}, {"stratify": False}, {"groups": [i // 3 for i in range(90)]}])
def test_the_seed_decides(options):
    samples = labelled([60, 30])
    train = split(samples, 0.7, 0.3, seed=5, **options)[0]
    assert numbers(train) == numbers(split(samples, 0.7, 0.3, seed=5, **options)[0])
    assert numbers(train) != numbers(split(samples, 0.7, 0.3, seed=6, **options)[0])


def test_a_seed_may_be_numpys():
    assert numbers(split(labelled([60, 30]), 0.7, 0.3, seed=np.int64(5))[0]) == numbers(
        split(labelled([60, 30]), 0.7, 0.3, seed=5)[0]
    )


def test_unlabelled_samples_marked_by_minus_one_are_split_at_random_when_told():
    samples = labelled([60, 30])
    parts = split(samples.step("", y=samples.y - 1), 0.7, 0.3, stratify=False)
    assert [len(part) for part in parts] == [63, 27]


def test_a_split_is_noted_in_the_source():
    train, rest = split(labelled([60, 30]), 0.8, None, seed=3)
    assert train.source.steps == ("part 1 of a split stratified (0.8, rest), seed 3",)
    assert rest.source.steps == ("part 2 of a split stratified (0.8, rest), seed 3",)


def test_masks_and_pictures_of_many_sizes_are_split_at_random():
    pictures = tuple(torch.full((1, n + 1, 3), n) for n in range(10))
    parts = split(Samples(pictures, pictures, Source("sizes", False, "sizes", "")), 7, 3)
    assert [len(part) for part in parts] == [7, 3]
    assert sorted(int(x[0, 0, 0]) for part in parts for x in part.x) == list(range(10))
    assert all(x.shape[1] == int(x[0, 0, 0]) + 1 for part in parts for x in part.x)


@given(st.lists(st.integers(1, 9), min_size=3, max_size=40), st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_groups_are_not_torn(sizes, seed):
    groups = [f"patient {g}" for g, n in enumerate(sizes) for _ in range(n)]
    samples = labelled([len(groups)])
    parts = split(samples, 0.6, 0.2, 0.2, groups=groups, seed=seed) if len(groups) > 5 else None
    if parts is None:
        return
    check_parts(samples, parts)
    owners = [{groups[i] for i in numbers(part)} for part in parts]
    assert sum(map(len, owners)) == len(set(groups))
    assert all(owners)
    if len(sizes) >= 12:
        for part, fraction in zip(parts, (0.6, 0.2, 0.2), strict=True):
            assert abs(len(part) - fraction * len(groups)) <= max(sizes)


@pytest.mark.parametrize("options", [{}, {"stratify": False}, {"groups": [i // 4 for i in range(100)]}])
@pytest.mark.parametrize("k", [2, 5, 7])
def test_folds_validate_each_sample_once(k, options):
    samples = labelled([70, 20, 10])
    pairs = folds(samples, k, seed=1, **options)
    assert len(pairs) == k
    check_parts(samples, [validation for _, validation in pairs])
    for train, validation in pairs:
        check_parts(samples, [train, validation])
        if "groups" not in options:
            assert abs(len(validation) - 100 / k) < 1 or "stratify" not in options
        else:
            assert not {i // 4 for i in numbers(train)} & {i // 4 for i in numbers(validation)}
        if not options:
            for mine, all_of_it in zip(validation.class_counts(), (70, 20, 10), strict=True):
                assert abs(mine - all_of_it / k) < 1
    assert [numbers(v) for _, v in pairs] == [numbers(v) for _, v in folds(samples, k, seed=1, **options)]
    assert [numbers(v) for _, v in pairs] != [numbers(v) for _, v in folds(samples, k, seed=2, **options)]
    assert pairs[1][1].source.steps[-1].startswith(f"fold 2 of {k}")


@pytest.mark.parametrize(
    ("call", "says"),
    [
        (lambda s: split(s, 0.7, 0.2), r"fractions 0.7 \+ 0.2 add up to 0.9"),
        (lambda s: split(s, 0.7, 0.4, None), r"add up to 1.1"),
        (lambda s: split(s, 0.5, 0.5, None), r"add up to 1:"),
        (lambda s: split(s, 50, 20), r"counts 50 \+ 20 add up to 70 of 90 samples"),
        (lambda s: split(s, 90, None), "counts 90 add up to 90 of 90"),
        (lambda s: split(s, 0.5, 45), "fractions and counts"),
        (lambda s: split(s, 1.0), "two parts or more"),
        (lambda s: split(s, None, None), "only one can take the rest"),
        (lambda s: split(s, 1.2, -0.2), "not all above 0"),
        (lambda s: split(s, float("nan"), 0.5), "not all above 0"),
        (lambda s: split(s, 0.999, 0.001), "leave one part empty"),
        (lambda s: split(s, 89, 1), "a part of 1 samples cannot hold all 2 classes"),
        (lambda s: split(labelled([50, 2]), 0.6, 0.2, 0.2), "class 'b' has 2 samples for 3 parts"),
        (lambda s: split(labelled([50, 1]), 0.5, 0.5), "class 'b' has 1 sample for 2 parts"),
        (lambda s: split(s.step("", y=None), 0.5, 0.5, stratify=True), "stratify=True needs class numbers"),
        (lambda s: split(s, 0.5, 0.5, groups=[1, 2]), "2 group names for 90 samples"),
        (lambda s: split(s, 0.5, 0.5, groups=[1] * 90), "1 groups for 2 parts"),
        (lambda s: split(s, 0.5, 0.5, groups=range(90), stratify=True), "exclude each other"),
        (lambda s: split(s, 0.5, 0.5, seed=-1), "seed -1 is not a whole number from 0 on: "),
        (lambda s: split(s, 0.5, 0.5, seed=1.5, stratify=False), "seed 1.5"),
        (lambda s: split(s, 0.5, 0.5, seed=None, groups=range(90)), "seed None"),
        (lambda s: folds(s, 2, seed=2**32), "seed 4294967296 is not a whole number from 0 to 4294967295"),
        (lambda s: folds(s, 2, seed=-1), "seed -1"),
        (
            lambda s: split(s.step("", y=s.y - 1), 0.5, 0.5),
            "class numbers go down to -1: number classes from 0",
        ),
        (lambda s: folds(s.step("", y=s.y - 1), 2), "class numbers go down to -1"),
        (lambda s: split(s.step("", y=s.y.float()), 0.5, 0.5, stratify=True), "needs class numbers"),
        (lambda s: split(s, 0.5, 0.5, groups=[[i] for i in range(90)]), "groups cannot be told apart"),
        (lambda s: split(s, 0.5, 0.5, groups=3), "groups cannot be told apart"),
        (lambda s: folds(s, 1), "k 1 is not a whole number from 2 on"),
        (lambda s: folds(labelled([4, 50]), 5), "class 'a' has 4 samples for 5 folds"),
        (lambda s: folds(labelled([4]), 5), "4 samples for 5 folds"),
        (lambda s: folds(s, 3, groups=[i % 2 for i in range(90)]), "2 groups for 3 folds"),
    ],
)
def test_errors_name_the_value_and_the_rule(call, says):
    with pytest.raises(DataError, match=says):
        call(labelled([60, 30]))
