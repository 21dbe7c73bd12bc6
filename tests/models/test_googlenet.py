"""GoogLeNet: table 1 cell by cell against the arithmetic, torchvision's variant, auxiliary heads, errors."""

import pytest
import torch
import torchvision.models
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from course.arithmetic import parse
from course.models.alexnet import response_norm
from course.models.googlenet import PRINTED, TABLE, Auxiliary, GoogLeNet, GoogLeNetOutput, Inception, Widths
from course.models.registry import ModelError, build, record

# Table 1 once more, as one writes it in the course's notation: rows with what enters them.
ROWS = {
    "3a": (192, 28, 64, 96, 128, 16, 32, 32), "3b": (256, 28, 128, 128, 192, 32, 96, 64),
    "4a": (480, 14, 192, 96, 208, 16, 48, 64), "4b": (512, 14, 160, 112, 224, 24, 64, 64),
    "4c": (512, 14, 128, 128, 256, 24, 64, 64), "4d": (512, 14, 112, 144, 288, 32, 64, 64),
    "4e": (528, 14, 256, 160, 320, 32, 128, 128), "5a": (832, 7, 256, 160, 320, 32, 128, 128),
    "5b": (832, 7, 384, 192, 384, 48, 128, 128),
}  # fmt: skip


def size(net):
    return sum(p.numel() for p in net.parameters())


def module(widths, bias=True, five=5):
    a, b, c, d, e, f = widths
    rest = "" if bias else ", nobias"
    norm = "" if bias else " > bn"

    def conv(n, k):
        return f"conv({n}, {k}x{k}, p{k // 2}{rest}){norm} > relu"

    return (
        f"concat({conv(a, 1)}, {conv(b, 1)} > {conv(c, 3)}, {conv(d, 1)} > {conv(e, five)}, "
        f"pool(3, s1, p1) > {conv(f, 1)})"
    )


def whole(bias=True, five=5):
    """The net in the notation; with bias=False and five=3 it is torchvision's."""
    rest, norm = ("", "") if bias else (", nobias", " > bn")
    rows = {name: module(row[2:], bias, five) for name, row in ROWS.items()}
    halve = "pool(3, s2, ceil)"
    return parse(
        f"3x224x224 > conv(64, 7x7, s2, p3{rest}){norm} > relu > {halve} > conv(64, 1x1{rest}){norm} > relu"
        f" > conv(192, 3x3, p1{rest}){norm} > relu > {halve} > {rows['3a']} > {rows['3b']} > {halve} > {rows['4a']}"
        f" > {rows['4b']} > {rows['4c']} > {rows['4d']} > {rows['4e']} > {halve} > {rows['5a']} > {rows['5b']}"
        " > gap > flatten > linear(1000)"
    ).report()


def head(channels, bias=True):
    conv = "conv(128, 1x1)" if bias else "conv(128, 1x1, nobias) > bn"
    return parse(
        f"{channels}x14x14 > avgpool(5, s3) > {conv} > relu > flatten > linear(1024) > linear(1000)"
    ).report()


def printed(quantity, at):
    (figure,) = [f for f in record("googlenet").figures if (f.quantity, f.at) == (quantity, at)]
    return figure


def test_the_whole_by_notation():
    hand = whole()
    with torch.device("meta"), FlopCounterMode(display=False) as counter:
        net = build("googlenet", aux=False).eval()
        assert net(torch.empty(1, 3, 224, 224)).shape == (1, 1000)
    assert size(net) == hand.parameters == 6_998_552
    assert counter.get_total_flops() // 2 == hand.multiply_adds


def test_auxiliary_heads_by_notation():
    with torch.device("meta"):
        net = build("googlenet")
    assert size(net.aux1) == head(512).parameters
    assert size(net.aux2) == head(528).parameters
    assert size(net) == whole().parameters + head(512).parameters + head(528).parameters == 13_378_280


def test_torchvision_s_variant_is_3x3_for_5x5_and_norms_for_biases():
    hand = whole(bias=False, five=3)
    meta = torchvision.models.GoogLeNet_Weights.IMAGENET1K_V1.meta
    assert hand.parameters == meta["num_params"] == 6_624_904
    assert f"{hand.multiply_adds / 1e9:.3f}" == f"{meta['_ops']:.3f}"
    with torch.device("meta"):
        theirs = torchvision.models.googlenet(init_weights=False)
    heads = head(512, bias=False).parameters + head(528, bias=False).parameters
    assert size(theirs) == hand.parameters + heads == 13_004_888
    said = " ".join(record("googlenet").deviations)
    assert all(number in said for number in ("6,998,552", "13,378,280", "6,624,904", "13,004,888"))


def test_the_table_of_widths():
    assert {row: tuple(widths) for row, widths in TABLE.items()} == {row: r[2:] for row, r in ROWS.items()}


@pytest.mark.parametrize("row", ROWS)
def test_a_row_of_the_table_and_its_deviation(row):
    channels, side, *widths = ROWS[row]
    text = f"{channels}x{side}x{side} > {module(widths)}"
    report = parse(text).report()
    net = Inception(channels, Widths(*widths))
    assert size(net) == report.parameters
    weights = sum(m.weight.numel() for m in net.modules() if isinstance(m, nn.Conv2d))
    assert Widths(*widths).weights(channels) == weights == report.multiply_adds // side**2
    parameters, operations = (
        printed("parameters", f"inception_{row}"),
        printed("multiply_adds", f"inception_{row}"),
    )
    assert f"{weights:,}" in parameters.deviation
    off = weights / 1024 / (parameters.value / 1000) - 1
    assert f"{off:+.1%}" in parameters.deviation
    assert operations.agrees(report.multiply_adds) == (not operations.deviation)
    assert printed("output_shape", f"inception_{row}").agrees(report.output_shape[1])
    assert (abs(off) > 0.04) == (
        row in ("4c", "5a")
    )  # the two rows that do not follow; the others are within 2 %
    assert abs(off) < 0.02 or row in ("4c", "5a")


def test_the_cells_that_do_not_follow():
    assert not printed("multiply_adds", "conv1").agrees(7 * 7 * 3 * 64 * 112**2)
    assert printed("multiply_adds", "conv1").agrees((7 + 7) * 3 * 64 * 112**2)
    assert printed("parameters", "conv1").agrees((7 + 7) * 3 * 64)
    row = printed("multiply_adds", "inception_5a")
    assert row.agrees(1072 * 1024 * 49)
    assert not row.agrees(TABLE["5a"].weights(832) * 49)
    cut = printed("multiply_adds", "inception_4a")
    assert int(TABLE["4a"].weights(480) * 14**2 / 1e6) == cut.value / 1e6
    assert printed("multiply_adds", "conv2").agrees((64 * 64 + 9 * 64 * 192) * 56**2)


def test_the_sum_of_the_params_column():
    column = 2.7 + 112 + sum(int(parameters[:-1]) for parameters, _, _ in PRINTED.values()) + 1000
    said = " ".join(record("googlenet").deviations)
    assert f"{column:,.1f} units" in said
    assert f"{column * 1024:,.0f}" in said


def test_twenty_two_layers_on_the_longest_way_and_58_in_all():
    with torch.device("meta"):
        net = build("googlenet", aux=False)
    assert sum(isinstance(m, nn.Conv2d | nn.Linear) for m in net.modules()) == 58
    assert 1 + 2 + 2 * len(TABLE) + 1 == printed("layers", "").value


def test_each_path_reads_as_far_as_its_name_says():
    torch.manual_seed(0)
    net = Inception(3, Widths(1, 2, 1, 2, 1, 1))
    for p in net.parameters():
        nn.init.constant_(p, 0.1)
    fields = []
    for path in range(4):
        x = 1 + torch.rand(1, 3, 9, 9)
        # the maximum passes gradient to one point only, so each point is the largest once
        seen = torch.zeros(9, 9, dtype=torch.bool)
        for i in range(9):
            for j in range(9):
                raised = x.clone()
                raised[..., i, j] += 5
                raised.requires_grad_()
                (grad,) = torch.autograd.grad(net(raised)[0, path, 4, 4], raised)
                seen |= grad[0].abs().sum(0) > 0
        fields.append(int(seen.any(0).sum()))
    assert fields == [1, 3, 5, 3]


def test_the_order_of_the_paths():
    torch.manual_seed(0)
    net, x = Inception(4, Widths(1, 5, 2, 6, 3, 4)), torch.randn(1, 4, 6, 7)
    parts = net(x).split([1, 2, 3, 4], dim=1)
    torch.testing.assert_close(parts[0], net.conv1x1(x).relu())
    torch.testing.assert_close(parts[1], net.conv3x3(net.reduce3x3(x).relu()).relu())
    torch.testing.assert_close(parts[2], net.conv5x5(net.reduce5x5(x).relu()).relu())
    torch.testing.assert_close(parts[3], net.project(nn.functional.max_pool2d(x, 3, 1, 1)).relu())


@pytest.fixture(scope="module")
def net():
    torch.manual_seed(0)
    return GoogLeNet(10)


def test_training_gives_three_scores_and_gradient_to_every_parameter(net):
    out = net.train()(torch.randn(2, 3, 224, 224))
    assert isinstance(out, GoogLeNetOutput)
    assert all(scores.shape == (2, 10) for scores in out)
    (out.logits.square().sum() + 0.3 * (out.aux1.square().sum() + out.aux2.square().sum())).backward()
    assert all(p.grad is not None and p.grad.any() for p in net.parameters())


def test_heads_hang_behind_4a_and_4d(net):
    net.train().zero_grad(set_to_none=True)
    out = net(torch.randn(2, 3, 224, 224))
    rows = [name for name, _ in net.named_children() if name.startswith("inception_")]
    for scores, last in ((out.aux1, "inception_4a"), (out.aux2, "inception_4d")):
        net.zero_grad(set_to_none=True)
        scores.sum().backward(retain_graph=True)
        reached = [name for name in rows if net.get_submodule(name).conv1x1.weight.grad is not None]
        assert reached == rows[: rows.index(last) + 1]


def test_evaluation_gives_scores_alone_the_same_each_time_and_at_any_size(net):
    net.eval()
    for shape in ((1, 3, 224, 224), (2, 3, 64, 100)):
        x = torch.randn(shape)
        with torch.no_grad():
            out = net(x)
            assert out.shape == (shape[0], 10)
            assert torch.equal(out, net(x))


def test_the_order_of_the_layers(net):
    """Figure 3: the first norm stands behind its pooling, the second before."""
    net.eval()
    pool, norm = nn.MaxPool2d(3, 2, ceil_mode=True), response_norm()
    x = 50 * torch.randn(2, 3, 96, 96)
    with torch.no_grad():
        y = norm(pool(net.conv1(x).relu()))
        y = pool(norm(net.conv2.conv(net.conv2.reduce(y).relu()).relu()))
        for row in TABLE:
            y = net.get_submodule(f"inception_{row}")(y)
            y = pool(y) if row in ("3b", "4e") else y
        torch.testing.assert_close(net(x), net.linear(y.mean((2, 3))))


def test_dropout_acts_before_the_last_layer_and_in_the_heads():
    last = GoogLeNet(3, aux=False, dropout=1.0)
    with torch.no_grad():
        torch.testing.assert_close(last(torch.randn(1, 3, 64, 64))[0], last.linear.bias)
    head = Auxiliary(8, 2)
    x = torch.randn(1, 8, 14, 14)
    assert not torch.equal(head(x), head(x))
    head.eval()
    y = head.conv(nn.functional.avg_pool2d(x, 5, 3)).relu().flatten(1)
    torch.testing.assert_close(head(x), head.linear(head.hidden(y).relu()))


def test_without_heads_training_gives_scores_alone():
    torch.manual_seed(0)
    bare = GoogLeNet(3, in_channels=1, aux=False)
    out = bare.train()(torch.randn(4, 1, 64, 64))
    assert out.shape == (4, 3)
    out.square().sum().backward()
    assert all(p.grad is not None and p.grad.any() for p in bare.parameters())


def test_a_head_drops_seven_in_ten():
    assert Auxiliary(8, 2).drop.p == 0.7
    assert GoogLeNet(2, aux=False).drop.p == 0.4


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: build("googlenet", num_classes=0), "num_classes=0"),
        (lambda: build("googlenet", width=2), "googlenet: .*width"),
        (
            lambda: Auxiliary(8, 2)(torch.zeros(1, 8, 8, 8)),
            "8×8 positions reach .* made for 14×14: train on 224×224, or build with aux=False",
        ),
    ],
)
def test_errors_teach(call, message):
    with pytest.raises(ModelError, match=message):
        call()
