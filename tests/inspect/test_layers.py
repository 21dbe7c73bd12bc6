"""Words for calls: torch's class names in the field's short words."""

from __future__ import annotations

import pytest
from torch import nn
from torch.nn import functional as F

from course.inspect import analyze


@pytest.mark.parametrize(
    ("module", "shape", "word"),
    [
        (nn.Linear(4, 5), (7, 4), "linear"),
        (nn.LayerNorm(4), (7, 4), "ln"),
        (nn.LSTM(4, 5), (7, 4), "lstm"),
        (nn.AdaptiveAvgPool2d((None, 2)), (3, 8, 8), "adaptiveavgpool"),
        (nn.MaxPool2d(2, return_indices=True), (3, 8, 8), "pool"),
        (nn.BatchNorm2d(3, track_running_stats=False), (3, 8, 8), "bn"),
        (nn.ConstantPad2d(1, 5.0), (3, 8, 8), "pad"),
        (nn.RMSNorm(4), (7, 4), "rmsnorm"),
        (nn.Hardsigmoid(), (3, 8, 8), "hardsigmoid"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, nn.Module) else "",
)
def test_torchs_classes_have_short_words(module, shape, word):
    (row,) = analyze(module, shape).rows
    assert (row.word, row.name) == (word, word)


class Attends(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention = nn.MultiheadAttention(4, 2, batch_first=True)

    def forward(self, x):
        return F.layer_norm(F.layer_norm(self.attention(x, x, x)[0], (4,)), (4,))


def test_functions_have_the_words_of_the_classes_and_names_stay_apart():
    rows = analyze(Attends(), (7, 4)).rows
    assert {"attention"} == {row.word for row in rows if row.parameters}
    assert [row.name for row in rows if row.word == "ln"] == ["ln", "ln#2"]
    assert len({row.name for row in rows}) == len(rows)


class Dense(nn.Linear):
    pass


def test_a_class_of_someone_elses_keeps_its_name():
    (row,) = analyze(nn.Sequential(Dense(4, 5)), (7, 4)).rows
    assert row.word == "Dense"
