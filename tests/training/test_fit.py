"""The loop: it equals a bare one, takes what it says it takes, and says what it cannot take."""

import copy
import shutil
import warnings

import pytest
import torch
from torch import nn
from torch.nn import functional
from torch.utils.data import DataLoader, TensorDataset
from torchmetrics import MeanSquaredError

from course.data.batches import Batches
from course.data.samples import Samples, Source
from course.training import History, TrainingError, evaluate, fit, load_weights, predict

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
        ("adam", lambda p: torch.optim.Adam(p, 0.05)),
        ("adamw", lambda p: torch.optim.AdamW(p, 0.05)),
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
        ({"metrics": ["acuracy"], "validation": (X, Y)}, "did you mean 'accuracy'"),
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
