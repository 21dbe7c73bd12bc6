"""The pieces of the comparison of ReLU and tanh."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch
from torch import nn

from course.experiments import ExperimentError
from course.experiments.relu_tanh import TARGET, Reach, draw, epochs_to, errors, fastest, four_layers
from course.training import History, fit


def history(*accuracies: float) -> History:
    made = History()
    for epoch, accuracy in enumerate(accuracies, 1):
        made.append({"epoch": epoch, "seen_accuracy": accuracy})
    return made


def test_the_two_nets_differ_in_nothing_but_the_activation() -> None:
    torch.manual_seed(0)
    relu = four_layers("relu", 4, size=16)
    torch.manual_seed(0)
    tanh = four_layers("tanh", 4, size=16)
    for a, b in zip(relu.parameters(), tanh.parameters(), strict=True):
        assert torch.equal(a, b)
    kinds = [{type(part) for part in net} for net in (relu, tanh)]
    assert kinds[0] - kinds[1] == {nn.ReLU}
    assert kinds[1] - kinds[0] == {nn.Tanh}
    assert sum(isinstance(part, (nn.Conv2d, nn.Linear)) for part in relu) == 4


@pytest.mark.parametrize(("activation", "size", "said"), [("gelu", 16, "'gelu'"), ("relu", 20, "size 20")])
def test_a_net_that_cannot_be_made_is_refused(activation: str, size: int, said: str) -> None:
    with pytest.raises(ExperimentError, match=said):
        four_layers(activation, 4, size=size)


def test_the_crossing_lies_on_the_line_between_two_epochs() -> None:
    assert epochs_to([0.6, 0.4, 0.2]) == pytest.approx(2.75)
    assert epochs_to([0.2, 0.6, 0.2]) == pytest.approx(0.65 / 0.7)  # the first crossing counts
    assert epochs_to([0.6, TARGET]) == 2
    assert epochs_to([0.6, 0.2501]) is None


def test_the_fastest_rate_is_the_first_at_the_target_not_the_best_at_the_end() -> None:
    assert fastest({0.1: [0.5, 0.24, 0.24], 0.2: [0.5, 0.3, 0.01], 0.3: [0.9] * 9}) == 0.1
    assert fastest({0.1: [0.9], 0.2: [0.8], 0.3: [0.85]}) == 0.2


def test_a_run_ends_at_the_target() -> None:
    said: list[str] = []
    for accuracies in ((0.2, 0.74), (0.2, 0.76)):
        run = SimpleNamespace(history=history(*accuracies), stop=said.append)
        Reach().on_epoch(run)
    assert said == ["the training error came to 25%"]
    assert errors(history(0.25, 1.0)) == [0.75, 0.0]


def test_fit_listens_to_it() -> None:
    x, y = torch.eye(4).repeat(8, 1), torch.arange(4).repeat(8)
    model = nn.Linear(4, 4)
    made = fit(
        model,
        (x, y),
        {"seen": (x, y)},
        optimizer="sgd",
        lr=5.0,
        epochs=9,
        metrics=["accuracy"],
        callbacks=[Reach()],
        device="cpu",
        show=False,
    )
    assert len(made) < 9
    assert errors(made)[-1] <= TARGET
    assert all(error > TARGET for error in errors(made)[:-1])


def test_weights_are_drawn_for_the_activation():
    torch.manual_seed(0)
    relu, tanh = four_layers("relu", 32), four_layers("tanh", 32)
    draw(relu, "relu")
    draw(tanh, "tanh")
    fan = 32 * 25  # of the second convolution, in and out
    assert relu[3].weight.std().item() == pytest.approx((2 / fan) ** 0.5, rel=0.05)
    assert tanh[3].weight.std().item() == pytest.approx(5 / 3 * (2 / (2 * fan)) ** 0.5, rel=0.05)
    assert not any(m.bias.any() for net in (relu, tanh) for m in net if hasattr(m, "bias"))
