"""A run in a terminal: the bar, the lines, and the curve in block characters."""

from __future__ import annotations

import contextlib
import importlib.util
import io
import math
import re
from pathlib import Path
from typing import Any

import pytest

from course.training.live import Live
from course.training.terminal import BLOCKS, HELD, Terminal, text_plot

spec = importlib.util.spec_from_file_location("fake", Path(__file__).with_name("fake.py"))
assert spec is not None
assert spec.loader is not None
fake = importlib.util.module_from_spec(spec)
spec.loader.exec_module(fake)


@pytest.fixture(autouse=True)
def _eager(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("course.training.live.COST", 1e9)


def seen(run: Any, encoding: str = "utf-8", **how: Any) -> str:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, errors="strict", newline="")
    with contextlib.suppress(KeyboardInterrupt):
        run.drive(Live(view=Terminal(stream), every=0.0), **how)
    stream.flush()
    return raw.getvalue().decode(encoding)


def test_a_bar_a_line_for_each_epoch_and_the_curve():
    text = seen(fake.Run(epochs=3, steps=20))
    assert len(re.findall(r"epoch \d/3: ", text)) == 3
    assert re.search(
        r" 50 % \|[█▏▎▍▌▋▊▉ ]+\| epoch 2 of 3, step 10 of 20, loss [\d.]+, learning rate 0\.01", text
    )
    shares = [int(n) for n in re.findall(r"(\d+) % \|", text)]
    assert shares == sorted(shares)
    last = text.rsplit("\r", 1)[1]  # what stays when the bar is gone
    assert "|" not in last
    assert last.splitlines()[-2:-1] == ["Finished: 3 epochs."]
    assert last.splitlines()[-1].startswith("3 epochs. Training loss from")
    assert len(last.splitlines()) == 12 + 2 - 1
    assert last.splitlines()[-3].split() == ["0", "3", "epochs"]


def test_an_interrupt():
    text = seen(fake.Run(epochs=3, steps=20), interrupt_at=30)
    last = text.rsplit("\r", 1)[1]
    assert "Interrupted in epoch 2 of 3, after 10 of 20 steps." in last
    assert "1.5 epochs" in last


def test_a_terminal_without_block_characters():
    text = seen(fake.Run(epochs=2, steps=20), "ascii")
    assert "validation loss" in text
    assert "#" in text
    assert "?" not in text


def test_the_plot_is_as_high_as_its_numbers():
    losses = [8.0, 7, 6, 5, 4, 3, 2, 1]
    head, *rows, axis, foot = text_plot(losses, epochs=1, width=8, height=8).splitlines()
    assert len(rows) == 8
    cells = [row[10:].ljust(8) for row in rows]
    eighths = [sum(BLOCKS.index(line[i]) for line in cells) for i in range(8)]
    assert eighths == [round(1 + (loss - 1) / 7 * 63) for loss in losses]
    assert (rows[0].split()[0], rows[-1].split()[0]) == ("8", "1")
    assert head == "loss of steps"
    assert axis.strip() == "└" + "─" * 8
    assert foot.split() == ["0", "1", "epoch"]


def test_the_loss_of_held_data_stands_where_it_belongs():
    rows = text_plot([4.0, 3, 2, 1], {4: 4.0}, epochs=1, width=4, height=4).splitlines()[1:5]
    assert [(y, row.index(HELD)) for y, row in enumerate(rows) if HELD in row] == [(0, 13)]


@pytest.mark.parametrize(
    "losses",
    [[1.0], [0.0, 0.0], [math.nan, 1.0, math.inf, 2.0], [-1.0, 1e9], [1e-9, 1.0], list(range(10_000))],
)
def test_any_losses_can_be_plotted(losses):
    lines = text_plot(losses, {1: 0.5, 10**9: math.nan}, epochs=2).splitlines()
    assert len(lines) <= 12
    assert all(len(line) <= 90 for line in lines)


def test_nothing_finite_is_said_in_words():
    assert text_plot([math.nan, math.inf], epochs=1) == "loss of steps: not one is a finite number"


def test_a_far_fall_is_drawn_on_a_logarithmic_axis_that_is_named():
    assert "logarithmic axis" in text_plot([100.0, 1.0], epochs=1)
    assert "logarithmic axis" not in text_plot([2.0, 1.0], epochs=1)
