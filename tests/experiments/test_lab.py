"""An experiment writes down what it did, where and with what; an interrupted one goes on."""

import json
import os
import signal

import pytest
import torch

from course.experiments import ExperimentError, lab, names, result, run
from course.experiments.registry import EXPERIMENTS, find
from course.training import Interrupted, save_weights
from tests.experiments.toys import same_weights, toy, toy_registered  # noqa: F401

pytestmark = pytest.mark.usefixtures("toy_registered")


def go(tmp_path, scale="smoke", **options):
    return run(
        "toy",
        scale,
        results=tmp_path / "results",
        runs=tmp_path / "runs",
        device="cpu",
        show=False,
        **options,
    )


def test_a_result_says_where_it_comes_from(tmp_path):
    go(tmp_path)
    kept = json.loads((tmp_path / "results" / "toy.json").read_text())
    assert kept["command"] == "course reproduce toy --scale smoke"
    assert kept["scale"] == "smoke"
    assert kept["stand_in"] is True
    source = kept["data"]["mnist/test"]
    assert source["real"] is False
    assert len(source["checksum"]) == 64
    assert kept["device"].startswith("cpu: ")
    assert kept["threads"] == torch.get_num_threads()
    assert kept["versions"]["torch"] == torch.__version__.partition("+")[0]
    assert kept["figures"]["accuracy"] == {
        "value": kept["figures"]["accuracy"]["value"],
        "published": "0.9",
        "source": "nobody",
    }
    assert kept["seconds"] > 0
    assert kept["commit"] == "unknown" or len(kept["commit"]) == 40
    assert list(kept["curves"]["linear"]["epoch"]) == [1, 2, 3]
    assert not list((tmp_path / "runs").iterdir())


def test_a_result_gives_its_figures_curves_and_weights_back(tmp_path):
    go(tmp_path)
    kept = result("toy", tmp_path / "results")
    history = kept.history("linear")
    assert kept.value("train_loss") == history["train_loss"][-1]
    assert "stand-in data in place of mnist/test" in kept.provenance()
    assert "published: 0.9 (nobody)" in str(kept)
    model = kept.weights(same_weights())
    assert not torch.equal(model[1].weight, same_weights()[1].weight)
    with pytest.raises(ExperimentError, match="has no weights 'large'"):
        kept.weights(model, "large")
    assert any("take 4,004," in note and "not stored" in note for note in kept["notes"])
    assert [p.name for p in sorted((tmp_path / "results").iterdir())] == ["toy.json", "toy.safetensors"]
    go(tmp_path, largest=None)
    assert "large" in result("toy", tmp_path / "results")["weights"]


def test_the_same_again_gives_the_same(tmp_path):
    first, second = go(tmp_path), go(tmp_path)
    assert first["figures"] == second["figures"]


def test_a_small_result_never_replaces_a_larger_one(tmp_path):
    go(tmp_path)
    path = tmp_path / "results" / "toy.json"
    for change in ({"scale": "cpu"}, {"stand_in": False}):
        kept = {**json.loads(path.read_text()), **change}
        path.write_text(json.dumps(kept))
        with pytest.raises(ExperimentError, match="which says more than this one: write into another folder"):
            go(tmp_path)
        assert json.loads(path.read_text()) == kept


def test_an_interrupted_experiment_goes_on_with_its_unfinished_run(tmp_path):
    whole = go(tmp_path)
    steps = []

    def stops(lab):
        class Stop:
            def on_step(self, run):
                steps.append(run.step)
                if len(steps) == 6:
                    os.kill(os.getpid(), signal.SIGINT)

        fit = lab.fit
        lab.fit = lambda *a, **k: fit(*a, callbacks=[Stop()], **k)
        toy(lab)

    EXPERIMENTS["toy"] = EXPERIMENTS["toy"].__class__("toy", "A toy", 3, stops)
    with pytest.raises(Interrupted):
        go(tmp_path)
    assert len(list((tmp_path / "runs").iterdir())) == 1
    resumed = go(tmp_path)
    assert steps == [*range(1, 7), *range(7, 13)]
    assert resumed["figures"] == whole["figures"]
    assert not list((tmp_path / "runs").iterdir())


def test_two_of_a_name_are_a_mistake(tmp_path):
    made = lab.Lab("toy", "smoke", lab.make_fabric("cpu"), tmp_path, show=False)
    made.figure("a", 1)
    with pytest.raises(ExperimentError, match="two figures of toy are named 'a'"):
        made.figure("a", 2)


def test_unknown_names_and_scales():
    with pytest.raises(ExperimentError, match="did you mean 'lenet_mnist'"):
        find("lenet_mnits")
    with pytest.raises(ExperimentError, match="scale 'huge' is not known: use one of smoke, cpu, full"):
        run("toy", "huge")
    assert {find(name).lecture for name in names()} <= set(range(1, 16))


def test_results_that_are_not_there_or_damaged(tmp_path):
    with pytest.raises(ExperimentError, match="no result of 'toy' is stored: run `course reproduce toy`"):
        result("toy", tmp_path)
    (tmp_path / "toy.json").write_text("{")
    with pytest.raises(ExperimentError, match=r"toy.json' is damaged"):
        result("toy", tmp_path)


def test_weights_that_another_wrote_are_refused(tmp_path):
    go(tmp_path)
    save_weights(same_weights(), tmp_path / "results" / "toy.safetensors")
    with pytest.raises(ExperimentError, match="is not the file that toy wrote"):
        result("toy", tmp_path / "results").weights(same_weights())


def test_whether_it_may_be_written_is_asked_first(tmp_path):
    go(tmp_path)
    path = tmp_path / "results" / "toy.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "scale": "full", "stand_in": False}))
    EXPERIMENTS["toy"] = EXPERIMENTS["toy"].__class__("toy", "A toy", 3, lambda lab: pytest.fail("it ran"))
    with pytest.raises(ExperimentError, match="says more than this one"):
        go(tmp_path)


def test_figures_are_plain_values(tmp_path):
    made = lab.Lab("toy", "smoke", lab.make_fabric("cpu"), tmp_path, show=False)
    made.figure("a", torch.tensor([1.0, 2.0]))
    assert made.figures["a"]["value"] == [1.0, 2.0]
    with pytest.raises(ExperimentError, match="the figure 'b' is a set"):
        made.figure("b", {1})


def test_a_damaged_book_costs_only_the_hours_in_it(tmp_path):
    (tmp_path / "lab.json").write_text("{")
    book = lab.Book(tmp_path / "lab.json", writes=True)
    book.write()
    assert lab.Book(tmp_path / "lab.json", writes=True).started == book.started
