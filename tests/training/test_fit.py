"""The loop: it equals a bare one, takes what it says it takes, and says what it cannot take."""

import copy
import random
import shutil
import warnings

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset
from torchmetrics import MeanSquaredError

from course.data.batches import Batches
from course.data.samples import Samples, Source
from course.training import History, TrainingError, evaluate, fit, load_weights, make_fabric, predict
from course.training.feeds import feed

X = torch.randn(70, 1, 8, 8, generator=torch.Generator().manual_seed(0))
Y = (X.mean((1, 2, 3)) > 0).long() + (X[:, 0, 0, 0] > 0).long()
QUIET = {"show": False, "device": "cpu"}


def small(seed=0):
    torch.manual_seed(seed)
    return nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Linear(4 * 36, 3))


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("sgd", lambda p: torch.optim.SGD(p, 0.05)),
        ("momentum", lambda p: torch.optim.SGD(p, 0.05, momentum=0.9)),
        ("adam", lambda p: torch.optim.Adam(p, 0.05, fused=True)),
        ("adamw", lambda p: torch.optim.AdamW(p, 0.05, fused=True)),
    ],
)
def test_it_takes_the_steps_of_a_bare_loop(name, make):
    ours, bare = small(), small()
    batches = Batches((X, Y), 16, seed=3)
    history = fit(
        ours,
        batches,
        loss="cross_entropy",
        optimizer=name,
        lr=0.05,
        epochs=3,
        clip=0.5,
        seed=3,
        channels_last=False,
        **QUIET,
    )
    optimizer, losses = make(bare.parameters()), []
    for epoch in range(3):
        for x, y in batches.epoch(epoch):
            loss = functional.cross_entropy(bare(x), y)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(bare.parameters(), 0.5)
            optimizer.step()
            losses.append(loss.item())
    assert history.step_losses == pytest.approx(losses, abs=1e-6)
    for a, b in zip(ours.state_dict().values(), bare.state_dict().values(), strict=True):
        assert torch.allclose(a, b, atol=1e-6)


@pytest.mark.parametrize(
    "data",
    [
        (X, Y),
        Samples(X, Y, Source("s", True, "", "")),
        Batches((X, Y), 10),
        DataLoader(TensorDataset(X, Y), 10, shuffle=True),
        DataLoader(TensorDataset(X, Y), 10, shuffle=True, generator=torch.Generator()),
    ],
)
def test_data_of_every_kind_and_the_same_numbers_each_time(data):
    runs = [fit(small(), data, data, epochs=2, metrics=["accuracy"], seed=5, **QUIET) for _ in range(2)]
    other = fit(small(), data, data, epochs=2, seed=6, **QUIET)
    assert runs[0].step_losses == runs[1].step_losses
    assert len(runs[0].step_losses) == 2 * -(-70 // (64 if not hasattr(data, "batch_size") else 10))
    assert runs[0]["val_accuracy"] == runs[1]["val_accuracy"]
    if not isinstance(data, Batches):  # these have a seed of their own
        assert runs[0].step_losses != other.step_losses


def test_every_sample_is_measured_once_in_evaluation_mode():
    model = small()
    model[1].running_mean.fill_(0.3)
    found = evaluate(model, (X, Y), metrics=["accuracy"], batch_size=32, device="cpu")
    model.eval()
    outputs = model(X)
    assert found["loss"] == pytest.approx(functional.cross_entropy(outputs, Y).item(), abs=1e-6)
    assert found["accuracy"] == pytest.approx((outputs.argmax(1) == Y).float().mean().item())
    assert torch.allclose(predict(model, (X, Y), batch_size=32, device="cpu"), outputs.detach(), atol=1e-6)


def test_measuring_leaves_the_model_as_it_was():
    model = small().train()
    before = copy.deepcopy(model.state_dict())
    evaluate(model, (X, Y), metrics=["accuracy"], device="cpu")
    predict(model, (X, Y), device="cpu")
    assert model.training
    assert all(torch.equal(a, b) for a, b in zip(before.values(), model.state_dict().values(), strict=True))


def test_the_users_random_numbers_stay_the_users():
    model = nn.Sequential(nn.Dropout(), nn.Flatten(), nn.Linear(64, 3))
    torch.manual_seed(7)
    expected = torch.rand(3)
    torch.manual_seed(7)
    fit(model, (X, Y), epochs=1, **QUIET)
    assert torch.equal(torch.rand(3), expected)
    assert not torch.are_deterministic_algorithms_enabled()


def test_several_sets_to_measure_on():
    history = fit(
        small(),
        (X, Y),
        {"val": (X[:20], Y[:20]), "train_set": (X, Y)},
        epochs=1,
        metrics={"right": "accuracy"},
        **QUIET,
    )
    assert {"val_loss", "val_right", "train_set_loss", "train_set_right"} <= set(history.keys)


def test_metrics_of_the_users_own():
    x = torch.rand(20, 2)
    history = fit(
        nn.Linear(2, 2), (x, x), (x, x), loss="mse", metrics={"error": MeanSquaredError()}, epochs=1, **QUIET
    )
    assert history["val_error"] == pytest.approx(history["val_loss"])


def test_early_stopping_and_the_best_weights(tmp_path):
    class Spoil:
        """Ruin the weights before the measurement of every epoch after the second."""

        def on_step(self, run):
            if run.epoch >= 2:
                with torch.no_grad():
                    run.model[4].weight.add_(10 * torch.randn_like(run.model[4].weight))

    for out in (None, tmp_path):
        model = small()
        history = fit(
            model,
            (X, Y),
            (X, Y),
            epochs=20,
            lr=1e-2,
            patience=3,
            keep="best",
            callbacks=[Spoil()],
            out=out,
            **QUIET,
        )
        assert len(history) == 5
        assert history.about["stopped"].startswith("no better val_loss in 3 epochs after epoch 2")
        assert evaluate(model, (X, Y), device="cpu")["loss"] == pytest.approx(
            history["val_loss"][1], abs=1e-6
        )
    assert evaluate(load_weights(small(), tmp_path / "best.safetensors"), (X, Y), device="cpu")[
        "loss"
    ] == pytest.approx(min(history["val_loss"]), abs=1e-6)
    assert evaluate(load_weights(small(), tmp_path / "last.safetensors"), (X, Y), device="cpu")[
        "loss"
    ] == pytest.approx(history["val_loss"][-1], rel=1e-5)
    assert History.load(tmp_path / "history.json")["val_loss"] == history["val_loss"]


def test_accuracy_is_watched_upwards():
    history = fit(
        small(),
        (X, Y),
        (X, Y),
        epochs=30,
        lr=1e-2,
        metrics=["accuracy"],
        monitor="val_accuracy",
        patience=2,
        **QUIET,
    )
    best = max(history["val_accuracy"])
    assert len(history) == 30 or history["val_accuracy"].index(best) == len(history) - 3


def test_a_run_that_diverges_is_ended_and_says_why():
    history = fit(
        nn.Sequential(nn.Flatten(), nn.Linear(64, 1)),
        (X, Y.float()[:, None]),
        loss="mse",
        optimizer="sgd",
        lr=1e6,
        epochs=20,
        **QUIET,
    )
    assert len(history) < 20
    assert "lower the learning rate or clip" in history.about["stopped"]


def test_schedules_move_with_every_step():
    rates = {}
    for schedule in ("cosine", "one_cycle", "step"):
        seen = rates[schedule] = []

        class Watch:
            def on_step(self, run, seen=seen):
                seen.append(run.lr)

        fit(small(), Batches((X, Y), 10), epochs=4, lr=0.1, schedule=schedule, callbacks=[Watch()], **QUIET)
    assert rates["cosine"][-1] == pytest.approx(0, abs=1e-9)
    assert rates["cosine"] == sorted(rates["cosine"], reverse=True)
    assert max(rates["one_cycle"]) == pytest.approx(0.1, rel=1e-2)
    assert rates["one_cycle"][-1] < 1e-4
    assert sorted({round(r, 6) for r in rates["step"]}) == [0.001, 0.01, 0.1]


def test_bfloat16_learns_and_weights_stay_floats():
    model = small()
    history = fit(
        model, (X, Y), (X, Y), epochs=10, lr=1e-2, precision="bf16-mixed", metrics=["accuracy"], **QUIET
    )
    assert history["val_loss"][-1] < history["val_loss"][0]
    assert {p.dtype for p in model.parameters()} == {torch.float32}


def test_only_what_requires_a_gradient_is_changed():
    model = small()
    model[0].requires_grad_(False)
    before = model[0].weight.clone()
    fit(model, (X, Y), epochs=1, **QUIET)
    assert torch.equal(model[0].weight, before)


def test_callbacks_are_called_in_order_and_may_stop():
    class Book:
        def __init__(self):
            self.calls = []

        def on_start(self, run):
            self.calls.append(("start", run.epoch, run.steps_per_epoch))

        def on_step(self, run):
            self.calls.append(("step", run.step, len(run.losses())))

        def on_epoch(self, run):
            self.calls.append(("epoch", run.epoch, len(run.history)))
            if run.epoch == 2:
                run.stop("seen enough")

        def on_end(self, run):
            self.calls.append(("end", run.stopped, run.interrupted))

    book = Book()
    fit(small(), Batches((X, Y), 40), epochs=5, callbacks=[book], **QUIET)
    assert book.calls == [
        ("start", 0, 2), ("step", 1, 1), ("step", 2, 2), ("epoch", 1, 1), ("step", 3, 1), ("step", 4, 2), ("epoch", 2, 2),
        ("end", "seen enough", False),
    ]  # fmt: skip


@pytest.mark.skipif(
    not any(map(shutil.which, ("g++", "clang++", "c++"))), reason="torch.compile wants a C++ compiler"
)
def test_compiled_it_takes_the_same_steps():
    a = fit(small(), (X, Y), epochs=2, **QUIET)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.compiler.reset()
        model = torch.nn.Sequential(*small())
        b = fit(model, (X, Y), epochs=2, compile=True, **QUIET)
    assert b.step_losses == pytest.approx(a.step_losses, abs=1e-4)
    assert list(model.state_dict()) == list(small().state_dict())


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"epochs": 0}, "epochs=0: give a whole number, 1 or more"),
        ({"lr": 0}, "lr=0: give a number above 0"),
        ({"optimizer": "adan"}, "optimizer 'adan' is not known: did you mean 'adam'"),
        ({"loss": "crossentropy"}, "loss 'crossentropy' is not known: did you mean 'cross_entropy'"),
        ({"schedule": "cosin"}, "schedule 'cosin' is not known: did you mean 'cosine'"),
        ({"precision": "8"}, "precision '8' is not known: use one of 32"),
        ({"device": "tpu"}, "device 'tpu' is not known"),
        ({"keep": "all"}, "keep='all': use 'last' or 'best'"),
        ({"clip": 0}, "clip=0: give a number above 0"),
        ({"patience": 0}, "patience=0: give a whole number, 1 or more"),
        ({"devices": 0}, "devices=0: at least one"),
        (
            {"optimizer": torch.optim.SGD([nn.Parameter(torch.zeros(1))], 0.1)},
            "holds no parameter of this model",
        ),
        (
            {"optimizer": lambda p: torch.optim.SGD(p, 0.1), "lr": 0.1},
            "give the rate to the optimizer itself",
        ),
        (
            {"monitor": "val_f1", "validation": (X, Y)},
            "monitor 'val_f1' is not measured: an epoch has train_loss",
        ),
        ({"metrics": ["accurac"], "validation": (X, Y)}, "did you mean 'accuracy'"),
        ({"validation": {"train": (X, Y)}}, "would hide the training loss"),
        ({"data": [X, Y]}, "data of type list: give course.data.Batches"),
        ({"data": DataLoader(TensorDataset(X), 10)}, "a batch is a pair"),
    ],
)
def test_what_cannot_be_is_said(options, said):
    data = options.pop("data", (X, Y))
    model = small()
    before = copy.deepcopy(model.state_dict())
    with pytest.raises(TrainingError, match=said):
        fit(model, data, **{**QUIET, **options})
    if "monitor" not in options:
        assert all(
            torch.equal(a, b) for a, b in zip(before.values(), model.state_dict().values(), strict=True)
        )


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device here")
def test_a_device_that_is_not_there():
    with pytest.raises(TrainingError, match="torch sees no CUDA device here; use 'auto' or 'cpu'"):
        fit(small(), (X, Y), show=False, device="cuda")


def test_nothing_to_learn():
    with pytest.raises(TrainingError, match="there is nothing to learn"):
        fit(nn.ReLU(), (X, X), loss="mse", **QUIET)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
@pytest.mark.parametrize("precision", ["32", "bf16-mixed", "16-mixed"])
def test_on_a_gpu(precision):
    model = small()
    history = fit(
        model,
        (X, Y),
        (X, Y),
        epochs=10,
        lr=1e-2,
        metrics=["accuracy"],
        precision=precision,
        show=False,
        device="cuda",
    )
    assert history["val_loss"][-1] < history["val_loss"][0]
    assert next(model.parameters()).is_cuda


class Noisy(torch.utils.data.Dataset):
    """Samples with a random transform, from each of the three generators that transforms draw from."""

    def __init__(self, count=22):
        self.count = count

    def __len__(self):
        return self.count

    def __getitem__(self, index):
        drawn = torch.rand(3) + random.random() + float(np.random.rand())  # noqa: NPY002
        return drawn + index, torch.tensor([float(index)])


@pytest.mark.parametrize("workers", [0, 2])
def test_a_loader_with_random_transforms_can_be_entered_anywhere(workers):
    loader = DataLoader(Noisy(), 5, shuffle=True, num_workers=workers)
    held = feed(loader, make_fabric("cpu"), 5, 3, shuffle=True)
    whole = list(held.epoch(2))
    torch.rand(7)  # what the model draws in between is of no account
    late = list(held.epoch(2, start=3))
    assert [len(x) for x, _ in whole] == [5, 5, 5, 5, 2]
    for (a, b), (c, d) in zip(whole[3:], late, strict=True):
        assert torch.equal(a, c)
        assert torch.equal(b, d)
    assert not torch.equal(whole[0][1], next(iter(held.epoch(3)))[1])


def test_predictions_are_of_every_sample_in_its_order():
    x = torch.arange(7.0)[:, None]
    assert predict(
        nn.Identity(), Batches((x, x), 2, drop_last=True), device="cpu"
    ).flatten().tolist() == list(range(7))


def test_a_stop_of_a_callback_lasts(tmp_path):
    class Stop:
        def on_epoch(self, run):
            run.stop("enough")

    for _ in range(3):
        assert len(fit(small(), (X, Y), epochs=5, callbacks=[Stop()], out=tmp_path, **QUIET)) == 1


def test_numbers_of_numpy_are_numbers(tmp_path):
    options = {
        "lr": np.float64(0.01),
        "clip": np.float32(1),
        "epochs": np.int64(2),
        "seed": np.int64(3),
        "patience": np.int64(5),
    }
    for _ in range(2):
        assert len(fit(small(), (X, Y), out=tmp_path, **options, **QUIET)) == 2
    own = small()
    for _ in range(2):
        fit(
            own,
            (X, Y),
            epochs=1,
            optimizer=torch.optim.SGD(own.parameters(), np.float64(0.1)),
            out=tmp_path / "own",
            **QUIET,
        )


def test_an_optimizer_of_ones_own_starts_each_run_with_its_own_rate():
    model = small()
    optimizer = torch.optim.SGD(model.parameters(), 0.1)
    runs = [fit(model, (X, Y), epochs=3, optimizer=optimizer, schedule="cosine", **QUIET) for _ in range(2)]
    assert runs[0]["learning_rate"] == runs[1]["learning_rate"]
    assert optimizer.param_groups[0]["lr"] == 0.1


def test_a_model_that_views_its_maps_is_trained_as_it_is():
    class Textbook(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Sequential(nn.Conv2d(1, 4, 1), nn.Conv2d(4, 4, 3))
            self.linear = nn.Linear(4 * 36, 3)

        def forward(self, x):
            return self.linear(self.conv(x).view(x.size(0), -1))

    model = Textbook()
    assert len(fit(model, (X, Y), (X, Y), epochs=1, **QUIET)) == 1
    assert model.conv[1].weight.is_contiguous()
    with pytest.raises(TrainingError, match=r"write .flatten\(1\) there"):
        fit(model, (X, Y), epochs=1, channels_last=True, **QUIET)


def test_weights_come_back_in_the_usual_format():
    model = small()
    fit(model, (X, Y), epochs=1, **QUIET)
    model[0].weight.view(-1)


def test_the_seed_reaches_batches_without_one():
    runs = [fit(small(), Batches((X, Y), 10), epochs=1, seed=seed, **QUIET).step_losses for seed in (1, 2)]
    assert runs[0] != runs[1]


def test_frozen_batch_normalisation_in_evaluation_mode_stays_so():
    model = small()
    model[1].eval().requires_grad_(False)
    before = model[1].running_mean.clone()
    fit(model, (X, Y), epochs=1, **QUIET)
    assert torch.equal(model[1].running_mean, before)


def test_the_training_loss_is_the_mean_over_samples():
    x = torch.cat([torch.zeros(8, 1), torch.full((1, 1), 10.0)])
    history = fit(
        nn.Linear(1, 1),
        Batches((x, torch.zeros(9, 1)), 8),
        loss="mse",
        optimizer="sgd",
        lr=1e-12,
        epochs=1,
        **QUIET,
    )
    weights = evaluate(nn.Linear(1, 1), (x, torch.zeros(9, 1)), loss="mse", device="cpu")
    assert weights["loss"] > 0
    one, other = history.step_losses
    assert history["train_loss"][0] == pytest.approx((8 * one + other) / 9)


def test_lower_is_better_where_the_metric_says_so():
    x = torch.rand(20, 2)
    fit_options = {
        "loss": "mse",
        "metrics": {"distance": MeanSquaredError()},
        "monitor": "val_distance",
        "keep": "best",
    }
    model = nn.Linear(2, 2)
    history = fit(model, (x, x), (x, x), epochs=8, lr=0.5, **fit_options, **QUIET)
    assert evaluate(model, (x, x), loss="mse", device="cpu")["loss"] == pytest.approx(
        min(history["val_distance"]), abs=1e-6
    )


@pytest.mark.parametrize(
    ("model", "y", "options", "said"),
    [
        (nn.Linear(1, 1), torch.zeros(8), {"loss": "mse"}, r"one target for each output; give y\[:, None\]"),
        (nn.Linear(1, 1), torch.full((8, 1), 255.0), {"loss": "bce"}, "bce with targets from 255.0 to 255.0: they lie between 0 and 1"),
        (nn.Linear(1, 6), torch.zeros(8, 3, 2), {"loss": "bce"}, "there is one target for each logit"),
        (nn.Linear(1, 1), torch.zeros(8, 1, dtype=torch.uint8), {"loss": "mse"}, "give floats in the units of the outputs"),
        (nn.Linear(1, 3), torch.zeros(8), {}, r"the loss cannot compare outputs \(8, 3\) float32 with targets \(8,\) float32"),
        (nn.Linear(1, 1), torch.zeros(8, 1), {"loss": nn.MSELoss(reduction="none")}, "not one number: return the mean"),
        (nn.Linear(1, 1), torch.zeros(8, 1), {"loss": "mse", "optimizer": torch.optim.LBFGS}, "LBFGS measures the loss many times"),
        (
            nn.Linear(1, 1), torch.zeros(8, 1),
            {"loss": "mse", "schedule": lambda o, _: torch.optim.lr_scheduler.ReduceLROnPlateau(o)}, "ReduceLROnPlateau moves with",
        ),
        (nn.Linear(1, 1), torch.zeros(8, 1), {"loss": "mse", "epochs": 2.5}, "epochs=2.5: give a whole number"),
        (nn.Linear(1, 1), torch.zeros(8, 1), {"loss": "mse", "validation": (X[:0], Y[:0])}, "there are no samples to train on or to measure"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said_before_the_first_step(model, y, options, said):
    before = model.weight.clone()
    with pytest.raises(TrainingError, match=said):
        fit(model, (torch.ones(8, 1), y), **{**QUIET, **options})
    assert torch.equal(model.weight, before)


def test_clipping_does_not_hide_why_a_run_diverges():
    history = fit(
        nn.Sequential(nn.Flatten(), nn.Linear(64, 1)), (X * 1e20, Y.float()[:, None]), loss="mse", optimizer="sgd", lr=1e6, clip=1.0,
        epochs=3, **QUIET,
    )  # fmt: skip
    assert "lower the learning rate" in history.about["stopped"]
