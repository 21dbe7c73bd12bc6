"""A run that is killed at any moment and taken up again ends with the weights, bit for bit, of one that was not."""

import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from torch import nn

from course.training import Interrupted, TrainingError, fit

SMALL = Path(__file__).with_name("small.py")
STEPS = 4 * 19


def run(result, out, stop_at=None, with_signal=signal.SIGKILL):
    """Run it; end it after the step numbered ``stop_at``; return its exit code and what it said."""
    where = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-u", str(SMALL), str(result), str(out)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=where
    ) as process:
        for line in process.stdout:
            if stop_at is not None and int(line) >= stop_at:
                process.send_signal(with_signal)
                break
        said = process.stdout.read(), process.stderr.read()
    return process.returncode, said[1]


def test_five_kills_at_random_moments(tmp_path):
    assert run(tmp_path / "whole.json", tmp_path / "whole")[0] == 0
    whole = json.loads((tmp_path / "whole.json").read_text())
    assert len(whole["step_losses"]) == STEPS
    moments = sorted(
        random.sample(range(2, STEPS - 19), 5)
    )  # none in the last epoch, which might be over first
    for number, moment in enumerate(moments):
        how = signal.SIGINT if number == 2 else signal.SIGKILL
        code, said = run(tmp_path / "killed.json", tmp_path / "killed", moment, how)
        assert code != 0, f"killed at {moments}"
        assert how == signal.SIGKILL or "interrupted in epoch" in said
        assert not (tmp_path / "killed.json").exists()
    assert run(tmp_path / "killed.json", tmp_path / "killed")[0] == 0
    killed = json.loads((tmp_path / "killed.json").read_text())
    assert killed["weights"] == whole["weights"], f"killed at {moments}"
    assert killed["step_losses"] == whole["step_losses"]
    for a, b in zip(killed["rows"], whole["rows"], strict=True):
        assert {k: v for k, v in a.items() if k != "seconds"} == {
            k: v for k, v in b.items() if k != "seconds"
        }
    assert killed["about"]["resumed_after"]
    assert (
        not list((tmp_path / "killed").glob(".*part")) or moments
    )  # a kill may leave a part file, never a torn one


X, Y = torch.linspace(-1, 1, 40)[:, None], torch.linspace(-1, 1, 40)[:, None]
USUAL = {"loss": "mse", "optimizer": "sgd", "lr": 0.1, "show": False, "device": "cpu", "batch_size": 8}


def line():
    torch.manual_seed(0)
    return nn.Linear(1, 1)


def test_more_epochs_go_on_from_the_old_ones(tmp_path):
    straight, in_two = line(), line()
    whole = fit(straight, (X, Y), epochs=5, **USUAL)
    fit(in_two, (X, Y), epochs=2, out=tmp_path, **USUAL)
    in_two = line()
    rest = fit(in_two, (X, Y), epochs=5, out=tmp_path, **USUAL)
    assert torch.equal(straight.weight, in_two.weight)
    assert rest.step_losses == whole.step_losses
    assert rest.about["resumed_after"] == [2]


def test_a_finished_run_is_not_run_again(tmp_path):
    fit(line(), (X, Y), epochs=2, out=tmp_path, **USUAL)
    again = line()
    history = fit(again, (X, Y), epochs=2, out=tmp_path, callbacks=[Never()], **USUAL)
    assert len(history) == 2
    assert "resumed_after" not in history.about


class Press:
    """A press of Stop in the first epoch, or a rule that ends the run there."""

    def __init__(self, *, for_now):
        self.for_now = for_now

    def on_step(self, run):
        if run.epoch == 0:
            run.stop("enough", for_now=self.for_now)


@pytest.mark.parametrize(("for_now", "epochs"), [(True, 3), (False, 1)])
def test_a_press_of_stop_is_taken_up_again_and_a_rule_is_not(tmp_path, for_now, epochs):
    first = fit(line(), (X, Y), epochs=3, out=tmp_path / "a", callbacks=[Press(for_now=for_now)], **USUAL)
    assert len(first) == 1
    assert first.about["stopped"] == "enough"
    stopped = line()
    again = fit(stopped, (X, Y), epochs=3, out=tmp_path / "a", **USUAL)
    assert len(again) == epochs
    assert again.about["stopped"] == ("" if for_now else "enough")
    whole = line()
    fit(whole, (X, Y), epochs=3, out=tmp_path / "b", **USUAL)
    same = [torch.equal(a, b) for a, b in zip(stopped.parameters(), whole.parameters(), strict=True)]
    assert all(same) == for_now


class Never:
    def on_step(self, run):
        raise AssertionError("no step is to be taken")


def test_another_run_in_the_folder_is_refused_and_kept(tmp_path):
    fit(line(), (X, Y), epochs=2, out=tmp_path, **USUAL)
    before = (tmp_path / "state.pt").read_bytes()
    with pytest.raises(TrainingError, match=r"holds another run: optimizer was 'SGD\(.*lr=0.1.*resume=False"):
        fit(line(), (X, Y), epochs=2, out=tmp_path, **{**USUAL, "lr": 0.2})
    with pytest.raises(TrainingError, match="model was 'Linear, 2 parameters"):
        fit(nn.Sequential(line()), (X, Y), epochs=2, out=tmp_path, **USUAL)
    assert (tmp_path / "state.pt").read_bytes() == before
    assert len(fit(line(), (X, Y), epochs=1, out=tmp_path, resume=False, **{**USUAL, "lr": 0.2})) == 1


def test_other_data_are_refused(tmp_path):
    fit(line(), (X, Y), epochs=2, out=tmp_path, **USUAL)
    with pytest.raises(TrainingError, match="holds another run: data was"):
        fit(line(), (X, 2 * Y), epochs=2, out=tmp_path, **USUAL)
    with pytest.raises(TrainingError, match="steps_per_epoch was 5 and is now 3"):
        fit(line(), (X[:20], Y[:20]), epochs=2, out=tmp_path, **USUAL)


def test_a_damaged_checkpoint_is_named_and_kept(tmp_path):
    (tmp_path / "state.pt").write_bytes(b"no checkpoint")
    with pytest.raises(TrainingError, match=r"state.pt' cannot be read .*move it away"):
        fit(line(), (X, Y), epochs=2, out=tmp_path, **USUAL)
    assert (tmp_path / "state.pt").read_bytes() == b"no checkpoint"


class Interrupt:
    """Control-C in the middle of a step."""

    def __init__(self, step):
        self.step = step

    def on_step(self, run):
        if run.step == self.step:
            os.kill(os.getpid(), signal.SIGINT)


def test_an_interrupt_ends_the_step_keeps_the_weights_and_the_history(tmp_path):
    model, handler = line(), signal.getsignal(signal.SIGINT)
    with pytest.raises(
        Interrupted, match="interrupted in epoch 2 of 3, after 2 of 5 steps: the model keeps"
    ) as caught:
        fit(model, (X, Y), epochs=3, callbacks=[Interrupt(7)], **USUAL)
    assert signal.getsignal(signal.SIGINT) is handler
    assert len(caught.value.history) == 1
    assert not torch.equal(model.weight, line().weight)
    with pytest.raises(Interrupted, match="call fit again with the same arguments"):
        fit(line(), (X, Y), epochs=3, callbacks=[Interrupt(7)], out=tmp_path, **USUAL)
    straight, in_two = line(), line()
    fit(straight, (X, Y), epochs=3, **USUAL)
    fit(in_two, (X, Y), epochs=3, out=tmp_path, **USUAL)
    assert torch.equal(straight.weight, in_two.weight)
