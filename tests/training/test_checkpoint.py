"""Weights and states on the disk: whole or not at all, and never guessed."""

import pytest
import torch
from safetensors import safe_open
from torch import nn

from course.training import TrainingError, load_weights, save_weights
from course.training.checkpoint import atomically, load_state, save_state


def net(width=3):
    return nn.Sequential(nn.Conv2d(1, width, 3), nn.BatchNorm2d(width))


def test_weights_and_buffers_come_back_bit_for_bit(tmp_path):
    a, b = net().to(memory_format=torch.channels_last), net()
    a(torch.rand(4, 1, 5, 5))
    save_weights(a, tmp_path / "folder" / "w.safetensors", {"epoch": "3"})
    assert load_weights(b, tmp_path / "folder" / "w.safetensors") is b
    assert all(
        torch.equal(x, y) for x, y in zip(a.state_dict().values(), b.state_dict().values(), strict=True)
    )
    with safe_open(tmp_path / "folder" / "w.safetensors", "pt") as file:
        assert file.metadata()["epoch"] == "3"


def test_shared_weights_are_stored_once_and_stay_shared(tmp_path):
    def tied():
        encoder = nn.Linear(50, 50, bias=False)
        return nn.Sequential(encoder, nn.ReLU(), encoder)

    a, b = tied(), tied()
    save_weights(a, tmp_path / "w.safetensors")
    load_weights(b, tmp_path / "w.safetensors")
    assert torch.equal(a[0].weight, b[2].weight)
    assert b[0].weight is b[2].weight


def test_weights_of_another_model_name_what_differs(tmp_path):
    save_weights(net(3), tmp_path / "w.safetensors")
    other = net(4)
    before = other[0].weight.clone()
    with pytest.raises(
        TrainingError,
        match=r"0.weight is \(3, 1, 3, 3\) in the file and \(4, 1, 3, 3\) in the model.*and 3 more",
    ):
        load_weights(other, tmp_path / "w.safetensors")
    assert torch.equal(other[0].weight, before)
    with pytest.raises(TrainingError, match=r"1.bias is \(3,\) in the file and absent in the model"):
        load_weights(nn.Sequential(nn.Conv2d(1, 3, 3)), tmp_path / "w.safetensors")


def test_a_damaged_file_is_named_and_kept(tmp_path):
    path = tmp_path / "w.safetensors"
    save_weights(net(), path)
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(TrainingError, match=r"w\.safetensors' is damaged"):
        load_weights(net(), path)
    with pytest.raises(TrainingError, match="there are no weights in"):
        load_weights(net(), tmp_path / "none.safetensors")
    assert path.exists()


def test_a_write_that_fails_leaves_the_old_file(tmp_path):
    path = tmp_path / "f"
    path.write_text("old")

    def fails(part):
        part.write_text("half")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        atomically(path, fails)
    assert [p.name for p in tmp_path.iterdir()] == ["f"]
    assert path.read_text() == "old"


def test_states_hold_only_plain_values(tmp_path):
    assert load_state(tmp_path / "none") is None
    save_state(tmp_path / "s", {"a": torch.arange(3), "b": [1, None, "x"]})
    found = load_state(tmp_path / "s")
    assert found["a"].tolist() == [0, 1, 2]
    torch.save({"format": 1, "code": pytest.raises}, tmp_path / "evil")
    with pytest.raises(TrainingError, match="evil' cannot be read"):
        load_state(tmp_path / "evil")
    torch.save({"format": 99}, tmp_path / "later")
    with pytest.raises(TrainingError, match="another version of the course"):
        load_state(tmp_path / "later")
