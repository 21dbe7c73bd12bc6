"""The support by gradient, against closed forms, the arithmetic room's own oracle and published fields."""

import copy

import pytest
import torch
import torch.nn.functional as F
import torchvision
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import nn

from course.inspect.errors import InspectError
from course.inspect.positive import support
from tests.arithmetic import strategies
from tests.arithmetic.oracle import Call, TorchNet
from tests.arithmetic.oracle import support as oracle

run = settings(
    max_examples=60, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


def trunk(net):
    return nn.Sequential(*list(net.children())[:-2])


def extents(reads):
    return tuple(axis[-1] - axis[0] + 1 for axis in reads)


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_random_graphs_read_what_the_closed_form_and_the_oracle_say(dim):
    @run
    @given(st.data())
    def test(data):
        report = data.draw(strategies.graphs(dim, steps=4)).report()
        position = tuple(data.draw(st.integers(0, n - 1)) for n in report.output_shape[1:])
        seen = support(TorchNet(report).float(), report.input_shape, position)
        assert seen == oracle(report, position)
        if dim < 3:
            assert seen == report.reads(report.rows[-1].name, position)

    test()


@pytest.mark.parametrize(
    ("net", "size", "expected"),
    [
        (lambda: trunk(torchvision.models.resnet18()), (3, 600, 64), 435),
        (lambda: trunk(torchvision.models.resnet50()), (3, 600, 64), 427),
        (lambda: torchvision.models.mobilenet_v2().features, (3, 640, 64), 491),
        (lambda: torchvision.models.vgg16().features, (3, 300, 64), 212),
    ],
)
def test_published_fields(net, size, expected):
    """Araujo, Norris & Sim, Distill 2019, table 1: VGG-16 212 and MobileNet-v2 491; torchvision's ResNet-50 427, worked out by hand."""
    assert extents(support(net(), size)) == (expected, 64)


def test_a_densenet_and_googlenet_by_their_recursion():
    """Size and jump by hand: stem 7/2 and pool 3/2, dense layers 3 each, transitions 2/2."""
    size, jump = 1 + 6 + 2 * 2, 4
    for layers in (6, 12):
        size += 2 * jump * layers + jump
        jump *= 2
    net = torchvision.models.densenet121().features
    head = nn.Sequential(*list(net.children())[:8])  # to the second transition
    assert extents(support(head, (3, 512, 32))) == (size, 32)

    inception = torchvision.models.googlenet(init_weights=False).inception3a
    assert extents(support(inception, (192, 31, 9))) == (
        3,
        3,
    )  # torchvision's 5×5 branch is a 3×3, as it says itself


@pytest.mark.parametrize("depth", [150, 400])
def test_a_deep_stack_neither_underflows_nor_overflows(depth):
    layers = [layer for _ in range(depth) for layer in (nn.Conv1d(2, 2, 3), nn.Sigmoid())]
    reads = support(nn.Sequential(*layers), (2, 2 * depth + 3), (1,))
    assert reads == (tuple(range(1, 2 * depth + 2)),)
    averages = nn.Sequential(*[nn.AvgPool1d(3, 1) for _ in range(depth)])  # 3⁻¹⁵⁰ is zero in single precision
    assert support(averages, (2, 2 * depth + 3), (1,)) == reads
    doubled = Call(lambda x: sum_of_doublings(x, 3 * depth))
    assert support(doubled, (1, 5), (2,)) == ((2,),)


def sum_of_doublings(x, times):
    for _ in range(times):
        x = x + x
    return x


PARTS = {
    "a difference does not cancel": (lambda x: x - x, (4,)),
    "a difference from a constant is not zero": (lambda x: (1 - x) * x.roll(1, -1), (3, 4)),
    "a negative sum": (lambda x: -x - x.roll(2, -1), (2, 4)),
    "in place": (lambda x: x.clone().sub_(x.roll(1, -1)).mul_(-2), (3, 4)),
    "in place leaves the other alone": (lambda x: keep(x), (4,)),
    "an augmented slice": (lambda x: augmented(x), (3, 4)),
    "a quotient": (lambda x: x / (x.roll(1, -1) + 1), (3, 4)),
    "times nought": (lambda x: x * 0 + x.roll(1, -1), (3,)),
    "a gate": (lambda x: torch.sigmoid(x.mean(-1, keepdim=True)) * x, tuple(range(9))),
    "the greater of two": (lambda x: torch.maximum(x, x.roll(1, -1)), (3, 4)),
    "the greatest of all": (lambda x: x - x.max(-1, keepdim=True).values, tuple(range(9))),
    "a greatest channel": (lambda x: x.amax(1, keepdim=True), (4,)),
    "softmax over positions": (lambda x: x.softmax(-1), tuple(range(9))),
    "softmax over channels": (lambda x: F.softmax(x, 1), (4,)),
    "a standard deviation": (lambda x: x / x.std(-1, keepdim=True), tuple(range(9))),
    "a logarithm": (lambda x: x.abs().log() * x.roll(1, -1), (3, 4)),
    "a condition on the data": (lambda x: torch.where(x > 0, x, x.roll(1, -1)), (3, 4)),
    "a condition on positions": (lambda x: torch.where(torch.arange(9) == 4, x, x.roll(1, -1)), (4,)),
    "a mask that the data chose": (lambda x: (x < 0) * x, (4,)),
    "an assignment that the data chose": (lambda x: assigned(x), (4,)),
    "detached": (lambda x: x.detach() + x.roll(1, -1), (3, 4)),
    "without gradients": (torch.no_grad()(lambda x: F.relu(x)), (4,)),
    "layer norm over positions": (lambda x: F.layer_norm(x, x.shape[-1:]), tuple(range(9))),
    "layer norm over channels": (lambda x: F.layer_norm(x.mT, (4,)).mT, (4,)),
    "batch norm on its own statistics": (nn.BatchNorm1d(4, track_running_stats=False), tuple(range(9))),
    "batch norm": (nn.BatchNorm1d(4), (4,)),
    "dropout that stays on": (lambda x: F.dropout(x, 0.9), (4,)),
    "maximum pooling by torch": (lambda x: torch.max_pool1d(x, 3, 1, 1, 2), (3, 5, 7)),
    "power-average pooling": (nn.LPPool1d(2, 3, 1), (4, 5, 6)),
    "attention": (lambda x: F.scaled_dot_product_attention(x.mT, x.mT, x.mT).mT, tuple(range(9))),
    "a gated linear unit": (lambda x: F.glu(torch.cat([x, x.roll(1, -1)], 1), 1), (3, 4)),
    "weights that are standardised": (lambda x: standardised(x), (3, 4, 5)),
}  # fmt: skip


def keep(x):
    y = F.relu(x)
    y += y.roll(1, -1)
    return x * 1


def augmented(x):
    x = x.clone()
    x[:, :, 1:] += x[:, :, :-1]
    return x


def assigned(x):
    x = x * 1
    x[x < 0] = 0
    return x


def standardised(x):
    w = torch.arange(12.0).reshape(1, 4, 3)
    return F.conv1d(x, w - w.mean() + 0.3, padding=1)


@pytest.mark.parametrize("name", PARTS)
def test_parts(name):
    part, expected = PARTS[name]
    net = part if isinstance(part, nn.Module) else Call(part)
    assert support(net, (4, 9), (4,)) == (expected,)


def test_multi_head_attention_reads_every_token():
    class Tokens(nn.Module):
        def __init__(self):
            super().__init__()
            self.attention = nn.MultiheadAttention(4, 2, batch_first=True)

        def forward(self, x):
            tokens = x.mT
            return self.attention(tokens, tokens, tokens)[0].mT

    assert support(Tokens(), (4, 6)) == (tuple(range(6)),)


def test_bicubic_reads_samples_of_negative_weight_and_bilinear_none_of_weight_nought():
    net = nn.Sequential(nn.Upsample(scale_factor=2, mode="bicubic"), nn.Conv2d(1, 1, 2, stride=2))
    at = 5
    assert support(net, (1, 12, 12), (at, at))[0] == tuple(range(at - 2, at + 3))
    still = nn.Upsample(size=(23, 23), mode="bilinear", align_corners=True)
    assert support(still, (1, 12, 12), (4, 5)) == ((2,), (2, 3))  # a weight of exactly zero is not read


def test_unpooling_reads_what_its_indices_were_chosen_from():
    class Unpool(nn.Module):
        def forward(self, x):
            y, indices = F.max_pool2d(x, 2, return_indices=True)
            return F.max_unpool2d(y.roll(1, -1), indices, 2)

    assert support(Unpool(), (1, 8, 8), (4, 4)) == ((4, 5), (2, 3, 4, 5))


def test_a_fixed_filter_counts_as_it_is_and_a_parameter_as_positive():
    class Sobel(nn.Module):
        def __init__(self, kind):
            super().__init__()
            weight = torch.tensor([[[-1.0, 0.0, 1.0]]])
            setattr(self, "weight", nn.Parameter(weight)) if kind else self.register_buffer("weight", weight)

        def forward(self, x):
            return F.conv1d(x, self.weight)

    assert support(Sobel(False), (1, 7), (2,)) == ((2, 4),)
    assert support(Sobel(True), (1, 7), (2,)) == ((2, 3, 4),)


def test_outputs_are_chosen_by_key_index_or_function():
    class Two(nn.Module):
        def forward(self, x):
            return {"out": x, "aux": (F.avg_pool1d(x, 3), x.mT)}

    assert support(Two(), (1, 9), (4,)) == ((4,),)
    assert support(Two(), (1, 9), (1,), output="aux") == ((3, 4, 5),)
    assert support(Two(), (1, 9), (4,), output=lambda made: made["aux"][1].mT) == ((4,),)
    with pytest.raises(
        InspectError, match="there is no output 'main': the module returns \\['out', 'aux'\\]"
    ):
        support(Two(), (1, 9), output="main")


def test_an_output_without_positions_reads_for_all_of_it():
    net = nn.Sequential(nn.Conv2d(1, 2, 3, stride=2), nn.Flatten(), nn.Linear(2 * 4 * 4, 3))
    assert support(net, (1, 10, 10)) == (tuple(range(9)), tuple(range(9)))


def test_the_module_and_the_generator_are_left_as_they_were():
    net = trunk(torchvision.models.resnet18())
    calls = []
    net.register_forward_hook(lambda *_: calls.append(1))
    net[0].weight.grad = torch.ones_like(net[0].weight)
    before = copy.deepcopy(net.state_dict())
    hooks = dict(net._forward_hooks)
    net.train()
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    with torch.no_grad():
        support(net, (3, 64, 64))
        assert not torch.is_grad_enabled()
    assert torch.equal(torch.rand(3), expected)
    assert all(torch.equal(v, before[k]) for k, v in net.state_dict().items())
    assert all(part.training for part in net.modules())
    assert net[0].weight.requires_grad
    assert torch.equal(net[0].weight.grad, torch.ones_like(net[0].weight))
    assert all(p.grad is None for name, p in net.named_parameters() if name != "0.weight")
    assert (calls, net._forward_hooks) == ([], hooks)


def test_a_module_on_the_meta_device_or_in_half_precision_reads_the_same():
    for build in (lambda: nn.Conv1d(1, 1, 3, device="meta"), lambda: nn.Conv1d(1, 1, 3).half()):
        net = nn.Sequential(build(), nn.BatchNorm1d(1))
        assert support(net, (1, 9), (2,)) == ((2, 3, 4),)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: support(nn.ReLU, (1, 9)), "the class ReLU is not a torch module: give an instance"),
        (lambda: support("resnet", (1, 9)), "a str is not a torch module"),
        (lambda: support(nn.Conv1d(2, 1, 3), (1, 9)), "Conv1d does not run on an input of \\(1, 9\\) and nothing else"),
        (lambda: support(nn.Conv1d(1, 1, 3), (9,)), "input_size \\(9,\\) is not a size"),
        (lambda: support(nn.Conv1d(1, 1, 3), (1, 9), (7,)), "position 7 is outside the output's axis 0, which has 7 positions"),
        (lambda: support(nn.Conv1d(1, 1, 3), (1, 9), (1, 2)), "has 2 indices, but the output of shape \\(1, 7\\) has 1 spatial"),
        (lambda: support(Call(lambda x: x.argmax(1)), (1, 9)), "the output holds torch.int64, which has no gradient"),
        (lambda: support(nn.LSTM(9, 4), (1, 9)), "the support cannot be followed through lstm, which is recurrent"),
        (lambda: support(nn.FractionalMaxPool2d(2, 3), (1, 9, 9)), "chooses its positions by chance"),
        (lambda: support(nn.LazyConv1d(1, 3), (1, 9)), "a lazy module has no shapes yet"),
        (lambda: support(torch.jit.script(nn.Conv1d(1, 1, 3)), (1, 9)), "a scripted module hides its operations"),
    ],
)  # fmt: skip
def test_errors_teach(call, message):
    with pytest.raises(InspectError, match=message):
        call()
