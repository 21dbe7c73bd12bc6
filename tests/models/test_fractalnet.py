"""FractalNet: the expansion rule, joins, drop-path, counts."""

import pytest
import torch
from torch import nn

from course.arithmetic import Conv, Linear, Norm
from course.models.fractalnet import FractalBlock, FractalNet
from course.models.registry import ModelError, build

WIDTHS = (64, 128, 256, 512, 512)


def by_hand(widths, columns, classes=10):
    """Column c has 2^(c − 1) units, and only its first reads what the block before made."""
    total, before = 0, 3
    for width in widths:
        units = 2**columns - 1
        total += columns * Conv(before, width, 3, bias=False).parameters()
        total += (units - columns) * Conv(width, width, 3, bias=False).parameters()
        total += units * Norm("batch", width).parameters()
        before = width
    return total + Linear(before, classes).parameters()


def count(net):
    return sum(p.numel() for p in net.parameters())


def test_parameters_and_what_the_deviation_says_of_them():
    with torch.device("meta"):
        net = build("fractalnet")
    assert count(net) == by_hand(WIDTHS, 3) == 33_724_618
    assert sum(7 * 9 * w * w for w in WIDTHS) == 38_449_152
    assert len(WIDTHS) * len(net.blocks[0].all_columns()[-1]) == 20


@pytest.mark.parametrize("columns", [1, 2, 4])
def test_parameters_of_other_fractals(columns):
    assert count(FractalNet((4, 8), columns=columns)) == by_hand((4, 8), columns)


def test_three_columns_are_the_figure():
    """Column 1: one unit; column 2: two; column 3: four. Joins of 2 inputs half way, of 3 at the end."""
    torch.manual_seed(0)
    block = FractalBlock(2, 5, columns=3).eval()
    one, two, three = block.all_columns()
    x = torch.randn(2, 2, 6, 7)
    half = (two[0](x) + three[1](three[0](x))) / 2
    expected = (one[0](x) + two[1](half) + three[3](three[2](half))) / 3
    torch.testing.assert_close(block(x), expected)


def test_one_column_alone_is_a_plain_chain():
    block = FractalBlock(2, 5, columns=3).eval()
    x = torch.randn(1, 2, 4, 4)
    for number, column in enumerate(block.all_columns(), 1):
        assert torch.equal(block(x, number), column(x))


def paths(*values):
    return [torch.full((1,), float(v)) for v in values]


def test_a_join_is_the_mean_at_test_time():
    join = FractalBlock(1, 1, columns=2, local_drop=0.9).eval().join
    assert join(paths(1, 2, 6)).item() == 3


def test_local_drop_path_keeps_at_least_one_and_averages_the_rest():
    torch.manual_seed(0)
    join = FractalBlock(1, 1, columns=3, local_drop=0.5).train().join
    seen = torch.tensor([join(paths(1, 2, 4)).item() for _ in range(2000)])
    means = {1.0: 1, 2.0: 1, 4.0: 1, 1.5: 0, 2.5: 0, 3.0: 0, 7 / 3: 0}
    for value, alone in means.items():
        # Each subset has 1/8; the empty one falls to one path, with 1/24 for each.
        expected = 1 / 8 + alone / 24
        share = ((seen - value).abs() < 1e-6).float().mean().item()
        assert share == pytest.approx(expected, abs=0.035), value
    assert all(min(abs(value - mean) for mean in means) < 1e-6 for value in seen.tolist())


def test_nearly_everything_dropped_still_leaves_a_path():
    join = FractalBlock(1, 1, columns=3, local_drop=0.999999).train().join
    assert {join(paths(1, 2, 4)).item() for _ in range(100)} == {1.0, 2.0, 4.0}


def columns_run(net, x):
    ran = set()
    handles = [
        unit.register_forward_hook(lambda m, i, o, c=c, b=b: ran.add((b, c)))
        for b, block in enumerate(net.blocks)
        for c, column in enumerate(block.all_columns(), 1)
        for unit in column
    ]
    net(x)
    for handle in handles:
        handle.remove()
    return ran


def test_global_drop_path_takes_one_column_in_all_blocks():
    torch.manual_seed(0)
    net = FractalNet((2, 2), columns=3, global_drop=1.0, dropout=(0, 0)).train()
    x = torch.randn(2, 3, 8, 8)
    chosen = []
    for _ in range(60):
        ran = columns_run(net, x)
        assert len({column for _, column in ran}) == 1
        assert {block for block, _ in ran} == {0, 1}
        chosen.append(next(iter(ran))[1])
    assert set(chosen) == {1, 2, 3}


def test_global_drop_path_takes_the_part_that_it_is_told():
    torch.manual_seed(0)
    net = FractalNet((2,), columns=2, global_drop=0.25, local_drop=0.0, dropout=(0,)).train()
    seen = []
    net.blocks[0].forward = lambda x, column=None: (seen.append(column), x[:, :2])[1]
    x = torch.randn(2, 3, 4, 4)
    for _ in range(400):
        net(x)
    assert seen.count(None) / 400 == pytest.approx(0.75, abs=0.1)
    assert seen.count(1) + seen.count(2) == 400 - seen.count(None)


def test_evaluation_runs_every_column_and_draws_nothing():
    net = FractalNet((2, 4), columns=3).eval()
    x = torch.randn(2, 3, 8, 8)
    state = torch.get_rng_state()
    assert len(columns_run(net, x)) == 6
    assert torch.equal(net(x), net(x))
    assert torch.equal(torch.get_rng_state(), state)


@pytest.mark.parametrize("columns", [1, 3])
def test_gradient_reaches_every_parameter_at_any_size(columns):
    torch.manual_seed(0)
    net = FractalNet((4, 6), columns=columns, local_drop=0.0, global_drop=0.0, num_classes=3, in_channels=2)
    logits = net(torch.randn(4, 2, 12, 16))
    assert logits.shape == (4, 3)
    nn.functional.cross_entropy(logits, torch.tensor([0, 1, 2, 0])).backward()
    assert not [key for key, p in net.named_parameters() if p.grad is None or not p.grad.any()]


def test_the_small_one():
    net = build("fractalnet_small").eval()
    assert net(torch.zeros(1, 3, 32, 32)).shape == (1, 10)
    assert count(net) == by_hand((16, 32, 64), 3)
    assert [d.p for d in net.dropouts] == pytest.approx([0, 0.1, 0.2])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"columns": 0}, "columns=0 is not a whole number"),
        ({"widths": (4, 0)}, "widths=0 is not a whole number"),
        ({"widths": (4, 8), "dropout": (0.1,)}, "2 widths and 1 dropouts: give one dropout for each block"),
        ({"widths": ()}, "0 widths"),
        ({"local_drop": 1.0}, r"local_drop=1.0 is not a probability in \[0, 1\)"),
        ({"dropout": (0, 0, 1.0, 0, 0)}, r"dropout=1.0 is not a probability"),
        ({"global_drop": 1.1}, r"global_drop=1.1 is not a probability in \[0, 1\]"),
    ],
)
def test_errors_teach(options, message):
    with pytest.raises(ModelError, match=message):
        build("fractalnet", **options)


def test_a_column_that_there_is_not():
    net = FractalNet((2,), columns=2)
    for bad in (0, 3, "deep"):
        with pytest.raises(ModelError, match=f"column={bad!r} is none of this network's: take 1 to 2"):
            net(torch.zeros(1, 3, 8, 8), column=bad)
