"""The masks explorer in Python: measures against torchmetrics, scikit-learn and the course's own; weights against SciPy's distances."""

from __future__ import annotations

import json
import math
import warnings
import xml.etree.ElementTree as ET
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import ndimage
from sklearn import metrics as sk
from sklearn.exceptions import UndefinedMetricWarning
from torchmetrics.functional import classification as tm

from course.arithmetic.errors import LayerError, ShapeError
from course.data.weightmap import border_weights, instances
from course.training import definitions
from course.widgets import MaskExplorer
from course.widgets.masks_model import components, counts, measures, weigh
from course.widgets.masks_still import formula, value

SPEC = MaskExplorer.SPEC
MASKS = hnp.arrays(
    np.int64, hnp.array_shapes(min_dims=2, max_dims=2, max_side=16), elements=st.integers(0, 1)
)
PAIRS = hnp.array_shapes(min_dims=2, max_dims=2, max_side=9).flatmap(
    lambda shape: st.tuples(*[hnp.arrays(np.int64, shape, elements=st.integers(0, 1))] * 2)
)
SETTINGS = st.fixed_dictionaries(
    {
        "w0": st.floats(0, 50), "sigma": st.floats(0.5, 20), "balance": st.booleans(), "inside": st.booleans(),
        "corners": st.booleans(),
    }
)  # fmt: skip


@settings(deadline=None)
@given(PAIRS)
def test_the_measures_are_the_courses_own(pair: Any) -> None:
    truth, prediction = pair
    found = counts(truth.tolist(), prediction.tolist())
    table = definitions.confusion_matrix(torch.tensor(prediction), torch.tensor(truth), 2)
    assert [[found["TN"], found["FP"]], [found["FN"], found["TP"]]] == table.tolist()
    ours = measures(found)
    theirs = {
        name: float(getattr(definitions, name)(table)[1])
        for name in ("iou", "dice", "sensitivity", "specificity", "precision")
    }
    theirs["accuracy"] = float(definitions.accuracy(table))
    for name, wanted in theirs.items():
        assert (ours[name] is None) == math.isnan(wanted), name
        assert ours[name] is None or ours[name] == pytest.approx(wanted, rel=1e-6), name


@settings(deadline=None)
@given(PAIRS)
def test_the_measures_are_torchmetrics_and_scikit_learns_and_so_is_their_zero(pair: Any) -> None:
    truth, prediction = pair
    ours = measures(counts(truth.tolist(), prediction.tolist()), "zero")
    p, t = torch.tensor(prediction).flatten(), torch.tensor(truth).flatten()
    for name, metric in (
        ("iou", tm.binary_jaccard_index), ("dice", tm.binary_f1_score), ("accuracy", tm.binary_accuracy),
        ("sensitivity", tm.binary_recall), ("specificity", tm.binary_specificity), ("precision", tm.binary_precision),
    ):  # fmt: skip
        assert float(metric(p, t)) == pytest.approx(ours[name], rel=1e-6), name
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        for name, metric in (
            ("iou", sk.jaccard_score), ("dice", sk.f1_score), ("accuracy", sk.accuracy_score),
            ("sensitivity", sk.recall_score), ("precision", sk.precision_score),
        ):  # fmt: skip
            assert float(metric(t, p)) == pytest.approx(ours[name]), name
    if measures(counts(truth.tolist(), prediction.tolist()))["iou"] is None:
        assert any(issubclass(one.category, UndefinedMetricWarning) for one in said)
    if truth.any() and not truth.all():
        assert sk.balanced_accuracy_score(t, p) == pytest.approx(ours["balanced"])


@settings(deadline=None)
@given(PAIRS)
def test_dice_is_twice_iou_over_one_and_iou(pair: Any) -> None:
    found = measures(counts(*(mask.tolist() for mask in pair)))
    if found["iou"] is None:
        assert found["dice"] is None
    else:
        assert found["dice"] == pytest.approx(2 * found["iou"] / (1 + found["iou"]))


def test_both_empty_is_what_the_convention_says() -> None:
    nothing = [[0, 0], [0, 0]]
    for empty, wanted in (("none", None), ("one", 1.0), ("zero", 0.0)):
        found = MaskExplorer(nothing, nothing, empty=empty).measures
        assert [found[name] for name in ("iou", "dice", "sensitivity", "precision")] == [wanted] * 4
        assert (found["accuracy"], found["specificity"]) == (1.0, 1.0)


def test_background_everywhere_is_accurate_where_objects_are_small() -> None:
    explorer = MaskExplorer("spot", "half")
    assert explorer.background["accuracy"] == 252 / 256
    assert explorer.background["iou"] == 0
    assert explorer.measures["iou"] == 0.5


@settings(deadline=None)
@given(MASKS, st.booleans())
def test_the_cells_are_scipys_components(mask: Any, corners: bool) -> None:
    ours = components(mask.tolist(), corners)
    assert ours == ndimage.label(mask, np.ones((3, 3)) if corners else None)[0].tolist()
    if not corners:
        assert ours == instances(torch.tensor(mask)).tolist()


@settings(max_examples=60, deadline=None)
@given(MASKS, SETTINGS)
def test_the_weights_are_the_courses_own(mask: Any, setting: dict[str, Any]) -> None:
    cells = np.array(components(mask.tolist(), setting["corners"]))
    weighed = weigh(mask.tolist(), setting)
    if cells.max() > 1:
        wanted = border_weights(
            torch.tensor(cells), w0=setting["w0"], sigma=setting["sigma"], inside_cells=setting["inside"],
            class_weights=None if setting["balance"] else (1, 1),
        )  # fmt: skip
        np.testing.assert_allclose(
            weighed.weights, wanted, rtol=1e-5, atol=1e-6
        )  # the course's are single precision
    else:
        assert not np.any(weighed.border)
    if setting["balance"] and 0 < mask.sum() < mask.size:
        assert np.array(weighed.classes)[mask > 0].sum() == pytest.approx(mask.size / 2)
        assert np.sum(weighed.classes) == pytest.approx(mask.size)


@settings(max_examples=60, deadline=None)
@given(MASKS, SETTINGS)
def test_the_distances_are_scipys(mask: Any, setting: dict[str, Any]) -> None:
    weighed = weigh(mask.tolist(), setting)
    cells = np.array(weighed.cells)
    away = np.full((max(2, cells.max()), *cells.shape), np.inf)
    for k in range(cells.max()):
        mine = cells == k + 1
        away[k] = ndimage.distance_transform_edt(~mine)
        if not mine.all():
            away[k][mine] = ndimage.distance_transform_edt(mine)[mine]
        else:
            away[k] = np.inf
    away.sort(axis=0)
    for k, found in enumerate((weighed.first, weighed.second)):
        ours = [[math.inf if d is None else d for d in row] for row in found]
        np.testing.assert_allclose(ours, away[k])


def test_the_lines_to_copy_give_the_numbers_that_are_shown() -> None:
    for options in ({}, {"corners": True}, {"balance": False, "inside": False, "w0": 4, "sigma": 2.5}):
        for truth in ("cells", "disc", [[1, 0, 0], [0, 1, 0], [0, 0, 0]]):
            explorer = MaskExplorer(truth, truth, **options)
            names = {
                "prediction": torch.tensor(explorer.prediction), "truth": torch.tensor(explorer.truth), "torch": torch, "np": np,
                "binary_jaccard_index": tm.binary_jaccard_index, "border_weights": border_weights, "instances": instances,
                "ndimage": ndimage,
            }  # fmt: skip
            jaccard, weights = (eval(line.split("  #")[0], names) for line in explorer.lines)
            assert float(jaccard) == pytest.approx(explorer.measures["iou"])
            np.testing.assert_allclose(weights, explorer.weighed.weights, rtol=1e-5)


def test_every_scene_shows_what_its_name_says() -> None:
    scenes = {name: MaskExplorer(one["truth"], one["prediction"]) for name, one in SPEC["scenes"].items()}
    assert scenes["vessel"].measures["dice"] < 0.2
    assert not scenes["absent"].counts["TP"] + scenes["absent"].counts["FN"]
    assert sum(scenes["empty"].counts.values()) == scenes["empty"].counts["TN"]
    assert not scenes["background"].counts["TP"] + scenes["background"].counts["FP"]
    assert scenes["perfect"].measures["iou"] == 1
    assert max(map(max, scenes["cells"].weighed.cells)) == 4
    assert max(map(max, components(scenes["cells"].prediction))) == 1
    gap = scenes["cells"].weighed
    assert max(map(max, gap.weights)) == gap.weights[5][7] > 10


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"truth": "disk"}, "truth 'disk' is not known: use numbers or one of disc, moved"),
        ({"truth": [[0.5]]}, r"truth\[0\]\[0\] must be a whole number, got 0.5"),
        ({"prediction": [[0, 1], [0]]}, "row 1 of the prediction has 1 numbers where row 0 has 2"),
        ({"truth": [[0] * 17]}, "the truth has 17 columns: the explorer takes 1 to 16"),
        ({"truth": []}, "the truth is empty"),
        ({"empty": "nan"}, "empty 'nan' is not known: use one of none, one, zero"),
        ({"sigma": 0}, "sigma must be at least 0.5"),
        ({"brush": 2.5}, "brush must be a whole number"),
    ],
)  # fmt: skip
def test_what_no_state_can_have_is_refused_with_the_rule(arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(LayerError, match=words):
        MaskExplorer(**arguments)


def test_masks_of_truth_values_are_taken_and_unequal_sizes_explained() -> None:
    assert MaskExplorer(np.eye(3) > 0, torch.eye(3) > 0).measures["iou"] == 1
    unequal = MaskExplorer("disc", "spot")
    assert unequal.problem == "truth is 12×12 and prediction 16×16: they are compared pixel by pixel"
    assert unequal.problem in unequal.description()
    ET.fromstring(unequal.svg())
    with pytest.raises(ShapeError, match="truth is 12×12"):
        unequal.counts  # noqa: B018


STATES = st.fixed_dictionaries(
    {},
    optional={
        "truth": MASKS, "prediction": MASKS, "brush": st.integers(1, 5), "empty": st.sampled_from(["none", "one", "zero"]),
        "measure": st.sampled_from(list(SPEC["state"]["measure"]["options"])), "w0": st.floats(0, 50).map(lambda v: round(v, 1)),
        "sigma": st.floats(0.5, 20).map(lambda v: round(v, 1)), "balance": st.booleans(), "inside": st.booleans(),
        "corners": st.booleans(), "at": st.tuples(st.integers(0, 15), st.integers(0, 15)),
    },
)  # fmt: skip


@settings(max_examples=50, deadline=None)
@given(STATES, st.booleans())
def test_any_state_round_trips_and_its_picture_and_words_are_true(state: dict[str, Any], alike: bool) -> None:
    if alike and "truth" in state:
        state["prediction"] = 1 - state["truth"]
    explorer = MaskExplorer(**state)
    assert eval(repr(explorer)).state == explorer.state
    assert MaskExplorer.from_state(json.loads(json.dumps(explorer.state))).state == explorer.state
    words = explorer.description()
    assert "".join(ET.fromstring(explorer.svg()).find("{*}desc").itertext()) == words  # type: ignore[union-attr]
    if explorer.problem:
        return
    for name, number in explorer.measures.items():
        assert f"{formula(name, explorer.counts)} = {value(number)}" in words
        if name != "balanced":
            quotient = formula(name, explorer.counts).split(" = ")[1].replace("·", "*")
            above, below = (eval(part) for part in quotient.split(" / "))
            assert number == (above / below if below else {"none": None, "one": 1, "zero": 0}[explorer.empty])
