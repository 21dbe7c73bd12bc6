"""LeNet-5: the paper's counts layer by layer, table I, the fixed codes; and the modern form."""

from math import tanh

import pytest
import torch
from torch import nn

from course.arithmetic import Conv, Linear, parse
from course.models.lenet import (
    C3,
    C3_TABLE,
    RBF,
    LeNet5,
    LeNet5Modern,
    Squash,
    Subsample,
    digit_codes,
    lenet5,
    lenet5_modern,
)  # fmt: skip
from course.models.registry import ModelError, build, record


def size(net):
    return sum(p.numel() for p in net.parameters())


# The connections of section II.B: units of a layer × (inputs + bias of each).
UNITS = {"c1": 6 * 28**2, "s2": 6 * 14**2, "s4": 16 * 5**2, "c5": 120, "f6": 84}
INPUTS = {"c1": 25, "s2": 4, "s4": 4, "c5": 16 * 25, "f6": 120}


def test_parameters_of_each_layer_by_hand():
    reads = [len(maps) for maps in C3_TABLE]
    by_hand = {
        "c1": Conv(1, 6, 5).parameters(),
        "s2": 2 * 6,
        "c3": sum(25 * n + 1 for n in reads),
        "s4": 2 * 16,
        "c5": Conv(16, 120, 5).parameters(),
        "f6": Linear(120, 84).parameters(),
    }
    net = lenet5()
    assert {name: size(net.get_submodule(name)) for name in by_hand} == by_hand
    assert size(net) == sum(by_hand.values()) == 60_000


def test_the_printed_parameters_and_sizes_are_those_of_the_net():
    net, sizes = lenet5(), {}
    for name, module in net.named_children():
        module.register_forward_hook(lambda _m, _i, out, name=name: sizes.update({name: out.shape[-1]}))
    net(torch.zeros(1, 1, 32, 32))
    for figure in record("lenet5").figures:
        if figure.quantity == "parameters":
            assert figure.agrees(size(net.get_submodule(figure.at) if figure.at else net))
        if figure.quantity == "output_shape":
            assert figure.agrees(sizes[figure.at])


def test_the_printed_connections_follow():
    connections = {name: UNITS[name] * (INPUTS[name] + 1) for name in UNITS}
    connections["c3"] = 10**2 * sum(25 * len(maps) + 1 for maps in C3_TABLE)
    connections["output"] = 10 * 84
    assert connections["c1"] == 122_304
    assert connections["c3"] == 151_600
    assert sum(connections.values()) == 340_908
    multiply_adds = sum(UNITS[n] * INPUTS[n] for n in ("c1", "c5", "f6")) + 1500 * 100
    biases = UNITS["c1"] + 16 * 100 + 120 + 84
    assert (multiply_adds, biases, connections["s2"] + connections["s4"]) == (325_680, 6_508, 7_880)
    (figure,) = [f for f in record("lenet5").figures if f.quantity == "multiply_adds"]
    for number in ("325,680", "6,508", "7,880", "840"):
        assert number in figure.deviation


def test_table_one_has_the_paper_s_pattern():
    assert [len(maps) for maps in C3_TABLE] == [3] * 6 + [4] * 9 + [6]
    assert all(sum(m in maps for maps in C3_TABLE) == 10 for m in range(6))  # ten crosses a row
    assert len(set(C3_TABLE)) == 16
    contiguous = [{(i + j) % 6 for j in range(n)} for n in (3, 4) for i in range(6)]
    assert [set(maps) for maps in C3_TABLE[:12]] == contiguous
    assert all(set(maps) not in contiguous for maps in C3_TABLE[12:15])


def test_c3_reads_exactly_the_maps_of_the_table():
    net = C3()
    for i, maps in enumerate(C3_TABLE):
        x = torch.randn(1, 6, 5, 5, requires_grad=True)
        net(x)[0, i].sum().backward()
        read = x.grad.abs().sum((0, 2, 3)) > 0
        assert read.nonzero().flatten().tolist() == list(maps)


def test_c3_is_a_convolution_with_the_missing_connections_zero():
    net, full, x = C3().double(), nn.Conv2d(6, 16, 5).double(), torch.randn(2, 6, 9, 8, dtype=torch.double)
    nn.init.zeros_(full.weight)
    kernels = [*net.three.weight, *net.four.weight, *net.six.weight]
    with torch.no_grad():
        for i, (maps, kernel) in enumerate(zip(C3_TABLE, kernels, strict=True)):
            full.weight[i, list(maps)] = kernel
        full.bias.copy_(torch.cat([net.three.bias, net.four.bias, net.six.bias]))
    torch.testing.assert_close(net(x), full(x))


def test_subsampling_sums_four_points_with_a_coefficient_and_a_bias():
    net, x = Subsample(2), torch.arange(16.0).reshape(1, 2, 2, 4)
    with torch.no_grad():
        net.weight.copy_(torch.tensor([0.5, -1.0]).reshape(2, 1, 1))
        net.bias.copy_(torch.tensor([1.0, 2.0]).reshape(2, 1, 1))
    assert net(x).tolist() == [[[[10 * 0.5 + 1, 18 * 0.5 + 1]], [[2.0 - 42, 2.0 - 50]]]]


def test_the_squashing_function():
    x = torch.tensor([-1.0, 0.0, 1.0, 50.0])
    expected = [1.7159 * tanh(2 * v / 3) for v in x.tolist()]
    torch.testing.assert_close(Squash()(x), torch.tensor(expected))
    assert abs(Squash()(torch.ones(1)).item() - 1) < 1e-4  # f(1) = 1


def test_the_codes_are_ten_digits_far_apart():
    codes = digit_codes()
    assert codes.shape == (10, 84)
    assert set(codes.unique().tolist()) == {-1.0, 1.0}
    apart = (codes[:, None] != codes).sum(-1) + 84 * torch.eye(10, dtype=torch.long)
    assert apart.min() >= 6
    one = codes[1].reshape(12, 7)  # rows of points, so that a picture of it is upright
    assert one[2:10, 3].eq(1).all()
    assert one[:, 6].eq(-1).all()
    seven = codes[7].reshape(12, 7)
    assert (seven[1] == 1).all()  # its bar is above
    assert (seven[10] == 1).sum() == 1


def test_a_perfect_f6_has_distance_zero_and_wins():
    codes = digit_codes()
    distances = RBF(codes)(codes)
    assert distances.diagonal().tolist() == [0.0] * 10
    assert distances.argmin(1).tolist() == list(range(10))
    torch.testing.assert_close(distances, torch.cdist(codes, codes).square(), atol=1e-3, rtol=0)


def test_codes_are_not_learned_and_travel_with_the_weights():
    net = lenet5()
    assert all("codes" not in name for name, _ in net.named_parameters())
    assert [n for n in net.state_dict() if n not in dict(net.named_parameters())] == ["output.codes"]


def test_weights_start_within_2_4_over_the_inputs():
    torch.manual_seed(0)
    net = lenet5()
    inputs = {"c1": 25, "s2": 4, "c3.three": 75, "c3.four": 100, "c3.six": 150, "s4": 4, "c5": 400, "f6": 120}
    for name, fan in inputs.items():
        largest = net.get_submodule(name).weight.abs().max().item()
        assert 0.5 * 2.4 / fan < largest <= 2.4 / fan


@pytest.mark.parametrize(
    "net",
    [lenet5(), *(LeNet5Modern(activation=a, pooling=p) for a in ("relu", "tanh") for p in ("max", "avg"))],
)
def test_gradient_reaches_every_parameter(net):
    torch.manual_seed(0)
    out = net(torch.randn(8, 1, 32, 32))
    assert out.shape == (8, 10)
    out.square().sum().backward()
    assert all(p.grad is not None and p.grad.any() for p in net.parameters())


def test_lenet5_learns_by_lowering_the_penalty():
    torch.manual_seed(0)
    net, x, t = lenet5(), torch.randn(10, 1, 32, 32), torch.arange(10)
    steps = torch.optim.Adam(net.parameters(), lr=1e-2)
    for _ in range(25):
        steps.zero_grad()
        nn.functional.cross_entropy(-net(x) / 10, t).backward()
        steps.step()
    assert (net(x).argmin(1) == t).float().mean() >= 0.9


def test_the_modern_form_by_notation():
    text = "1x32x32 > conv(6, 5x5) > relu > pool(2) > conv(16, 5x5) > relu > pool(2) > flatten > linear(120) > relu > linear(84) > relu > linear(10)"
    assert size(lenet5_modern()) == parse(text).report().parameters == 61_706
    assert size(LeNet5Modern(7, in_channels=3)) == 61_706 + 2 * 25 * 6 - 3 * 85


@pytest.mark.parametrize("activation", [torch.relu, torch.tanh])
@pytest.mark.parametrize("pool", [nn.functional.max_pool2d, nn.functional.avg_pool2d])
def test_pooling_and_activation_are_what_they_say(pool, activation):
    torch.manual_seed(0)
    net = LeNet5Modern(pooling=pool.__name__[:3], activation=activation.__name__)
    x = y = torch.randn(2, 1, 32, 32)
    for conv in (net.conv1, net.conv2):
        y = pool(activation(conv(y)), 2)
    y = activation(net.fc4(activation(net.fc3(y.flatten(1)))))
    torch.testing.assert_close(net(x), net.fc5(y))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: build("lenet5_modern", activation="gelu"),
            "activation='gelu' is not known: use 'relu' or 'tanh'",
        ),
        (lambda: build("lenet5_modern", pooling="min"), "pooling='min' is not known: use 'max' or 'avg'"),
        (lambda: build("lenet5_modern", num_classes=0), "num_classes=0"),
        (
            lambda: LeNet5(torch.zeros(10, 83)),
            r"codes of shape \(10, 83\): F6 has 84 units; give one row of 84",
        ),
        (
            lambda: lenet5()(torch.zeros(1, 1, 28, 28)),
            "1×28×28: LeNet-5 reads 1×32×32; pad a 28×28 digit by 2",
        ),
        (lambda: lenet5_modern()(torch.zeros(1, 3, 32, 32)), "3×32×32: LeNet-5 reads 1×32×32"),
    ],
)
def test_errors_teach(call, message):
    with pytest.raises(ModelError, match=message):
        call()


def test_own_codes():
    assert LeNet5(torch.ones(3, 84))(torch.zeros(2, 1, 32, 32)).shape == (2, 3)
