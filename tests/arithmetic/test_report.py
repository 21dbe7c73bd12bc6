"""Totals, memory and the printed table."""

import re

import pytest

from course.arithmetic import CONVENTIONS, Conv, ConvTranspose, Norm, Pad, Pool, Upsample, parse

LENET = "1x32x32 > conv(6, 5x5) > tanh > avgpool(2) > conv(16, 5x5) > tanh > avgpool(2) > flatten > linear(120) > tanh > linear(84) > tanh > linear(10)"


def test_totals_equal_the_sums_of_the_printed_rows():
    report = parse(LENET).report()
    table = str(report)
    body = [re.split(r"\s{2,}", line) for line in table.splitlines()[2:]]
    rows = body[: len(report.rows)]
    total = next(line for line in body if line[0] == "total")
    for column, value in ((-4, report.parameters), (-3, report.multiply_adds)):
        assert sum(int(row[column].replace(",", "")) for row in rows) == value
    assert total[-2:] == [f"{report.parameters:,}", f"{report.multiply_adds:,}"]
    assert all(line in table for line in CONVENTIONS)
    assert "whole input" in table


def test_the_html_table_holds_the_same_cells():
    report = parse(LENET).report()
    html = report._repr_html_()
    for row in report.rows:
        assert f">{row.name}</th>" in html
        assert f">{row.parameters:,}</td>" in html
    assert html.count("<tr>") == 1 + len(report.rows) + 1
    assert "&gt;" not in html
    assert '<th scope="row"' in html


def test_memory_counts_outputs_but_not_views():
    report = parse("2x8x8 > conv(4, 3x3, p1) > relu > crop(1) > flatten > linear(3)").report()
    assert [row.memory for row in report.rows] == [4 * 4 * 64, 4 * 4 * 64, 0, 0, 12]
    assert report.memory == 2060


@pytest.mark.parametrize(
    ("line", "alive"),
    [
        ("2x8x8 > relu > relu", 128 + 128),  # input and first output, then the two outputs
        ("2x8x8 > conv(4, 1x1) > conv(1, 1x1)", 256 + 128),
        ("2x8x8 > add(relu, skip) > relu", 3 * 128),  # the input waits for the sum
        ("2x8x8 > concat(relu, relu, skip)", 3 * 128 + 384),
        ("2x8x8 > conv(4, 1x1) > crop(1) > conv(4, 1x1)", 256 + 144),  # the view keeps its owner alive
    ],
)
def test_peak_memory_is_what_lives_at_once(line, alive):
    assert parse(line).report().peak_memory == 4 * alive


def test_errors_name_the_node():
    with pytest.raises(ValueError, match=r"^linear1: linear takes a vector"):
        parse("1x8x8 > conv(1, 3x3) > linear(3)").report()


@pytest.mark.parametrize(
    ("layer", "line"),
    [
        (
            Conv(3, 8, 3, padding="same", bias=False),
            "nn.Conv2d(3, 8, kernel_size=3, padding='same', bias=False)",
        ),
        (Conv(None, 8, 3, dilation=2, groups=2), "nn.LazyConv2d(8, kernel_size=3, dilation=2, groups=2)"),
        (
            Conv(3, 8, 5, padding=1, padding_mode="reflect", dim=1),
            "nn.Conv1d(3, 8, kernel_size=5, padding=1, padding_mode='reflect')",
        ),
        (
            ConvTranspose(8, 4, 3, 2, 1, 1),
            "nn.ConvTranspose2d(8, 4, kernel_size=3, stride=2, padding=1, output_padding=1)",
        ),
        (
            Pool("avg", 3, 2, 1, ceil_mode=True),
            "nn.AvgPool2d(kernel_size=3, stride=2, padding=1, ceil_mode=True)",
        ),
        (Norm("group", 8, 2), "nn.GroupNorm(2, 8)"),
        (Norm("batch", 8), "nn.BatchNorm2d(8)"),
        (Upsample(2, mode="bilinear"), "nn.Upsample(scale_factor=2, mode='bilinear')"),
    ],
)
def test_torch_lines_run_and_have_the_counted_parameters(layer, line):
    from torch import nn

    assert layer.torch_line() == line
    module = eval(line, {"nn": nn})
    if "Lazy" not in line:
        assert sum(p.numel() for p in module.parameters()) == layer.parameters()


@pytest.mark.parametrize("dim", [1, 2, 3])
@pytest.mark.parametrize(
    "step", ["bn", "instancenorm(affine)", "gn(2)", "ln", "gap", "adaptiveavgpool(2)", "pool(2)", "up(2)"]
)
def test_torch_lines_know_how_many_axes_the_input_has(step, dim):
    import torch
    from torch import nn

    shape = (4, 6, 6, 6)[: dim + 1]
    row = parse(step).report(shape).rows[0]
    module = eval(row.layer.torch_line(shape), {"nn": nn})
    assert tuple(module(torch.rand(2, *shape)).shape[1:]) == row.output_shape
    assert sum(p.numel() for p in module.parameters()) == row.parameters


@pytest.mark.parametrize("dim", [1, 2, 3])
def test_crops_and_pads_leave_the_channels_alone(dim):
    import torch
    import torch.nn.functional as F

    shape = (4, 6, 6, 6)[: dim + 1]
    for step in ("crop(1)", "pad(2)"):
        row = parse(step).report(shape).rows[0]
        x = torch.rand(2, *shape)
        assert tuple(eval(row.layer.torch_line(shape), {"F": F, "x": x}).shape[1:]) == row.output_shape


def test_pad_prints_the_call_that_pads_so():
    import torch
    import torch.nn.functional as F

    layer = Pad(((1, 0), (2, 3)), "reflect")
    x = torch.rand(1, 2, 6, 7)
    assert tuple(eval(layer.torch_line(), {"F": F, "x": x}).shape[1:]) == layer.output_shape((2, 6, 7))
