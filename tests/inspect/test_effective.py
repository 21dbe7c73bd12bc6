"""The effective receptive field: exact on known weights, Gaussian on random ones, inside the theoretical field."""

import copy
import json

import numpy as np
import pytest
import torch
import torchvision
from torch import nn

from course.inspect.effective import TWO_SIGMA, effective_field
from course.inspect.errors import InspectError
from tests.arithmetic.oracle import Call


def stack(depth, kernel=3, channels=1, dim=1, fill=None):
    conv = {1: nn.Conv1d, 2: nn.Conv2d, 3: nn.Conv3d}[dim]
    net = nn.Sequential(*[conv(channels, channels, kernel, bias=False) for _ in range(depth)])
    for parameter in net.parameters():
        if fill is not None:
            nn.init.constant_(parameter, fill)
        else:
            nn.init.normal_(parameter)
    return net.double()


@pytest.mark.parametrize(("depth", "kernel"), [(1, 3), (5, 3), (9, 5), (20, 3)])
def test_uniform_weights_give_the_window_convolved_with_itself(depth, kernel):
    profile = np.ones(1)
    for _ in range(depth):
        profile = np.convolve(profile, np.ones(kernel))
    profile /= profile.max()
    reach = depth * (kernel - 1) + 1
    field = effective_field(stack(depth, kernel, fill=-0.5), (1, reach + 6), position=(3,), samples=2)
    np.testing.assert_allclose(field.gradient[3 : 3 + reach], profile, rtol=1e-12)
    assert not field.gradient[:3].any()
    assert not field.gradient[3 + reach :].any()
    assert field.theoretical == (tuple(range(3, 3 + reach)),)
    assert field.size == (int(np.count_nonzero(profile > TWO_SIGMA)),)
    assert field.share_of_theoretical == (field.size[0] / reach,)
    flat = effective_field(stack(depth, kernel, dim=2, fill=1.0), (1, reach, reach), samples=1)
    np.testing.assert_allclose(flat.gradient, np.outer(profile, profile), rtol=1e-12)
    assert flat.equivalent_side() == np.sqrt(np.count_nonzero(np.outer(profile, profile) > TWO_SIGMA))


def test_random_weights_spread_as_the_square_root_of_the_depth():
    """Luo et al., section 2.4: the variances of the layers add up; each 3-wide layer adds (9 − 1)/12."""
    torch.manual_seed(0)
    spreads = {}
    for depth in (4, 16):
        fields = [
            effective_field(stack(depth, channels=32), (32, 2 * depth + 1), samples=1) for _ in range(16)
        ]
        squares = sum(field.gradient**2 for field in fields)
        at = np.arange(squares.size) - depth
        spreads[depth] = float(np.sqrt((squares * at**2).sum() / squares.sum()))
        assert spreads[depth] == pytest.approx(np.sqrt(depth * 8 / 12), rel=0.12)
    assert spreads[16] / spreads[4] == pytest.approx(2, rel=0.12)


def test_the_centred_square_that_holds_a_share():
    field = effective_field(stack(2, fill=1.0), (1, 9), samples=1)  # 1 2 3 2 1
    assert [field.energy(f) for f in (1 / 3, 0.34, 7 / 9, 0.8, 1.0)] == [1, 3, 3, 5, 5]
    even = effective_field(stack(1, kernel=2, dim=2, fill=1.0), (1, 6, 6), samples=1)
    assert even.energy(0.5) == 2
    assert field.extent(0.5) == (3,)
    assert field.bounds(0.5) == ((3, 5),)
    with pytest.raises(InspectError, match="fraction 0 is not a share"):
        field.energy(0)
    with pytest.raises(InspectError, match="threshold 1 is not a share"):
        field.extent(1)


@pytest.mark.parametrize(
    "net",
    [
        lambda: nn.Sequential(*list(torchvision.models.resnet18().children())[:7]),
        lambda: torchvision.models.vgg11_bn().features[:21],
    ],
)
def test_real_nets_stay_inside_their_theoretical_field_and_fill_a_part_of_it(net):
    torch.manual_seed(0)
    field = effective_field(net().double(), (3, 224, 224), samples=1)
    inside = np.ix_(*field.theoretical)
    outside = field.gradient.copy()
    outside[inside] = 0
    assert not outside.any()
    assert field.gradient.max() == 1
    assert all(0.2 < share < 1 for share in field.share_of_theoretical)


def test_the_seed_decides_and_the_module_and_generator_are_left_alone():
    net = nn.Sequential(nn.Conv2d(2, 3, 3), nn.BatchNorm2d(3), nn.ReLU(), nn.Conv2d(3, 3, 3), nn.Dropout())
    called = []
    net.register_forward_hook(lambda *_: called.append(1))
    before = copy.deepcopy(net.state_dict())
    torch.manual_seed(3)
    expected = torch.rand(2)
    torch.manual_seed(3)
    first, second, other = (effective_field(net, (2, 9, 9), samples=3, seed=seed) for seed in (1, 1, 2))
    assert torch.equal(torch.rand(2), expected)
    assert np.array_equal(first.gradient, second.gradient)
    assert not np.array_equal(first.gradient, other.gradient)
    assert all(torch.equal(value, before[key]) for key, value in net.state_dict().items())
    assert net.training
    assert all(p.requires_grad and p.grad is None for p in net.parameters())
    assert not called


def test_given_inputs_are_used_one_by_one():
    net = Call(lambda x: x[..., 1:] * x[..., :-1])
    x = torch.tensor([[[1.0, 2.0, 4.0]], [[3.0, -8.0, 0.0]]])
    field = effective_field(net, (1, 3), position=(1,), inputs=x)
    assert field.gradient.tolist() == [0, 4 / 10, 1]  # mean |(0, x3, x2)| = (0, 2, 5)
    assert (field.samples, field.inputs, field.seed) == (2, "given", None)
    assert (
        effective_field(net, (1, 3), position=(1,), inputs=list(x)).gradient.tolist()
        == field.gradient.tolist()
    )


def test_interrupting_raises_and_leaves_nothing(monkeypatch):
    import course.inspect.effective as room

    monkeypatch.setattr(room, "_show", lambda done, count: (_ for _ in ()).throw(KeyboardInterrupt))
    net = stack(2)
    state = torch.get_rng_state()
    with pytest.raises(KeyboardInterrupt):
        effective_field(net, (1, 9), progress=True)
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.is_grad_enabled()


def test_progress_is_shown_on_the_error_stream(capsys):
    effective_field(stack(2), (1, 9), samples=2, progress=True)
    seen = capsys.readouterr()
    assert seen.out == ""
    assert "1/2 inputs" in seen.err
    assert seen.err.endswith("2/2 inputs\n")


@pytest.mark.parametrize(("dim", "size"), [(1, (1, 40)), (2, (1, 30, 34)), (3, (1, 12, 13, 14))])
def test_figure_and_words(dim, size):
    field = effective_field(stack(5, dim=dim, fill=1.0), size, samples=1)  # 1 5 15 30 45 51 …
    drawn = field.figure()
    across = "×".join(["9"] * dim)
    assert f"Effective field of Sequential: {across} of the theoretical {'×'.join(['11'] * dim)}" in drawn.alt
    assert f"the centred square of side {field.energy()} holds" in drawn.alt
    first, last = field.bounds()[-1]
    assert f"{first} to {last}" in drawn.alt
    labels = [text.get_text() for text in drawn.figure.axes[0].get_legend().get_texts()]
    assert labels[-2:] == ["theoretical field", "above 4.55 % of the greatest"]
    html = field._repr_html_()
    assert html.count("<img") == 1
    assert "alt=" in html


def test_data_for_a_widget_survive_json_and_are_means_of_blocks():
    field = effective_field(stack(50, dim=2, fill=0.1), (1, 120, 110), samples=1)
    data = json.loads(json.dumps(field.to_dict()))
    assert data == field.to_dict()
    assert data["theoretical_size"] == [101, 101]
    assert (data["origin"], data["step"]) == ([10, 5], [2, 2])
    values = np.array(data["values"])
    assert values.shape == (51, 51)
    np.testing.assert_allclose(values[24, 25], field.gradient[58:60, 55:57].mean(), atol=5e-5)
    np.testing.assert_allclose(values[50, 3], field.gradient[110:111, 11:13].mean(), atol=5e-5)
    assert data["size"] == list(field.size)
    assert data["torch"] == torch.__version__


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: effective_field(nn.Conv1d, (1, 9)), "the class Conv1d is not a torch module"),
        (lambda: effective_field(nn.Conv1d(1, 1, 3), (1, 9), position=(9,)), "position 9 is outside the output's axis 0"),
        (lambda: effective_field(nn.Conv1d(1, 1, 3), (2, 9)), "does not run on an input of \\(2, 9\\)"),
        (lambda: effective_field(nn.Sequential(nn.Flatten(), nn.Linear(9, 2)), (1, 9)), "the output of shape \\(2,\\) has no positions"),
        (lambda: effective_field(Call(lambda x: x.detach()), (1, 9)), "does not depend on the input by gradient"),
        (lambda: effective_field(Call(lambda x: x.argmax(1)), (1, 9)), "has no gradient"),
        (lambda: effective_field(Call(lambda x: torch.relu(x - 99)), (1, 9)), "zero everywhere"),
        (lambda: effective_field(Call(lambda x: torch.sqrt(x * 0)), (1, 9)), "nan somewhere"),
        (lambda: effective_field(nn.Conv1d(1, 1, 3), (1, 9), samples=0), "samples 0 is not a number of inputs"),
        (lambda: effective_field(nn.Conv1d(1, 1, 3), (1, 9), inputs=torch.zeros(2, 1, 8)), "inputs hold \\(1, 8\\), but input_size is \\(1, 9\\)"),
        (lambda: effective_field(nn.Conv1d(1, 1, 3), (1, 9), inputs=[]), "inputs are empty"),
        (lambda: effective_field(nn.Conv1d(1, 1, 3, device="meta"), (1, 9)), "on the meta device and has no weights"),
    ],
)  # fmt: skip
def test_errors_teach(call, message):
    with pytest.raises(InspectError, match=message):
        call()


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_a_gpu_measures_the_same():
    net = stack(4, dim=2, channels=3)
    there = effective_field(net, (3, 24, 24), samples=2, device="cuda")
    np.testing.assert_allclose(
        there.gradient, effective_field(net, (3, 24, 24), samples=2).gradient, atol=1e-9
    )
    assert next(net.parameters()).device.type == "cpu"
