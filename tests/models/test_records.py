"""Every record of the register: its figures come out of the card, or its deviation is one."""

import re
from functools import cache
from itertools import pairwise

import pytest

from course import models
from course.arithmetic import Conv, ConvTranspose, Linear
from course.inspect import analyze
from course.inspect.named import named

FIGURES = [(name, figure) for name in models.names() for figure in models.record(name).figures]
QUANTITIES = ("parameters", "multiply_adds", "output_shape", "field", "layers")


@cache
def net_of(name, options):
    return named(name, **dict(options))


@cache
def card_of(name, options):
    return analyze(net_of(name, options), models.record(name).input_size, title=name)


def card(name, options=()):
    return card_of(name, options)


def rows_at(found, at):
    """The rows of a module, or of all."""
    if not at:
        return list(found.rows)
    return [row for row in found.rows if row.name.partition("#")[0] == at or row.name.startswith(f"{at}.")]


def alike(numbers):
    """The number of every axis; a paper that prints one means all."""
    assert len(set(numbers)) == 1, f"{numbers} differ"
    return numbers[0]


def counted(name, figure):
    """What the card says of a figure's quantity."""
    found = card(name, figure.options)
    rows = rows_at(found, figure.at)
    assert rows, f"{name} has no {figure.at!r}"
    called = [row for row in rows if row.output_shape is not None]
    if figure.quantity == "output_shape":
        return alike((called[-1].output_shape if figure.at else found.output_shape)[1:])
    if figure.quantity == "field":
        return alike((called[-1].field if figure.at else found.receptive_field).size)
    if figure.quantity == "layers":  # as papers count: what multiplies by a matrix or a kernel of weights
        return sum(any(len(shape) > 1 for _, shape in row.weights) for row in rows)
    return sum(getattr(row, figure.quantity) for row in rows)


@pytest.mark.parametrize(
    ("name", "figure"), FIGURES, ids=[f"{n}-{f.quantity}-{f.at}-{f.printed}" for n, f in FIGURES]
)
def test_figures(name, figure):
    assert figure.quantity in QUANTITIES
    number = counted(name, figure)
    said = f"{name}, {figure.quantity} of {figure.at or 'all'}: {number:,}, printed {figure.printed} ({figure.source})"
    if figure.deviation:
        assert not figure.agrees(number), f"{said}: they agree, so that there is no deviation"
        assert re.search(r"\d", figure.deviation), f"{said}: the deviation has no number"
    else:
        assert figure.agrees(number), said


@pytest.mark.parametrize("name", models.names())
def test_records(name):
    record = models.record(name)
    net, found = net_of(name, ()), card(name)
    assert found.complete, found.notes
    assert found.input_shape == record.input_size
    assert found.parameters == sum(p.numel() for p in net.parameters())
    assert found.parameters == sum(row.parameters for row in found.rows)
    assert found.buffers == sum(b.numel() for b in net.buffers() if b.is_floating_point())
    assert 1 <= record.lecture <= 15
    assert record.build.__doc__
    assert type(net).__doc__
    assert re.search(r"\b(19|20)\d\d\b", record.paper), f"{record.paper!r} names no year"
    assert all(figure.source for figure in record.figures)
    assert all(text and text.endswith(".") for text in record.deviations)
    claims = [(f.quantity, f.at, f.options, f.source) for f in record.figures]
    assert len(claims) == len(set(claims))


def test_names_are_unique_and_ordered_by_lecture():
    names = models.names()
    assert len(names) == len(set(names)) >= 50
    lectures = [models.record(name).lecture for name in names]
    assert lectures == sorted(lectures)


#: The papers' tables of issue and syllabus: none may go missing from the records.
TABLES = {
    "vgg_a": {("parameters", "133M"), ("layers", "11")},
    "vgg_a_lrn": {("parameters", "133M")},
    "vgg_b": {("parameters", "133M"), ("layers", "13")},
    "vgg_c": {("parameters", "134M"), ("layers", "16")},
    "vgg_d": {("parameters", "138M"), ("layers", "16")},
    "vgg_e": {("parameters", "144M"), ("layers", "19"), ("multiply_adds", "19.6G")},
    "alexnet": {("parameters", "60M"), ("output_shape", "55"), ("layers", "8")},
    "googlenet": {
        *(("parameters", f"{n}K") for n in (2.7, 112, 159, 380, 364, 437, 463, 580, 840, 1072, 1388, 1000)),
        *(("multiply_adds", f"{n}M") for n in (34, 360, 128, 304, 73, 88, 100, 119, 170, 54, 71, 1)),
        ("layers", "22"),
    },
    "resnet18": {("multiply_adds", "1.8G")},
    "resnet34": {("multiply_adds", "3.6G")},
    "resnet50": {("multiply_adds", "3.8G")},
    "resnet101": {("multiply_adds", "7.6G")},
    "resnet152": {("multiply_adds", "11.3G")},
    "cifar_resnet20": {("parameters", "0.27M")},
    "cifar_resnet32": {("parameters", "0.46M")},
    "cifar_resnet44": {("parameters", "0.66M")},
    "cifar_resnet56": {("parameters", "0.85M")},
    "cifar_resnet110": {("parameters", "1.7M")},
    "cifar_resnet1202": {("parameters", "19.4M")},
    "unet": {("output_shape", "388"), ("layers", "23")},
    "unetpp": {("parameters", "9.04M")},
    "unet_zhou": {("parameters", "7.76M"), ("parameters", "9.13M")},
    "dncnn": {("parameters", n) for n in ("555,137", "556,032", "556,097")} | {("field", "35")},
    "vgg7": {("parameters", "2,634,167")},
}  # fmt: skip


@pytest.mark.parametrize("name", TABLES)
def test_the_tables_of_the_papers_are_in_the_records(name):
    there = {(figure.quantity, figure.printed) for figure in models.record(name).figures}
    assert there >= TABLES[name]


def conv(kernel, inputs, outputs):
    return Conv(inputs, outputs, kernel).parameters()


def up(kernel, inputs, outputs):
    return ConvTranspose(inputs, outputs, kernel, stride=kernel).parameters()


def dense(inputs, outputs):
    return Linear(inputs, outputs).parameters()


def test_totals_that_no_paper_prints():
    """VGG-7, U-Net and GoogLeNet without its auxiliary heads, added up by the arithmetic room from the widths alone."""
    widths = (3, 32, 64, 128, 128, 256)
    vgg7 = sum(conv(3, a, b) for a, b in pairwise(widths))
    assert vgg7 + dense(256 * 4 * 4, 512) + dense(512, 1) == card("vgg7").parameters == 2_634_177

    maps = (1, 64, 128, 256, 512, 1024)
    down = sum(conv(3, a, b) + conv(3, b, b) for a, b in pairwise(maps))
    back = sum(up(2, 2 * n, n) + conv(3, 2 * n, n) + conv(3, n, n) for n in maps[1:-1])
    assert down + back + conv(1, 64, 2) == card("unet").parameters

    modules = {  # Szegedy et al. 2014, table 1: 1×1, 3×3 reduced, 3×3, 5×5 reduced, 5×5, pool projection
        "3a": (64, 96, 128, 16, 32, 32), "3b": (128, 128, 192, 32, 96, 64), "4a": (192, 96, 208, 16, 48, 64),
        "4b": (160, 112, 224, 24, 64, 64), "4c": (128, 128, 256, 24, 64, 64), "4d": (112, 144, 288, 32, 64, 64),
        "4e": (256, 160, 320, 32, 128, 128), "5a": (256, 160, 320, 32, 128, 128), "5b": (384, 192, 384, 48, 128, 128),
    }  # fmt: skip
    total, inputs = conv(7, 3, 64) + conv(1, 64, 64) + conv(3, 64, 192), 192
    for name, (ones, r3, n3, r5, n5, pool) in modules.items():
        module = sum(conv(1, inputs, n) for n in (ones, r3, r5, pool)) + conv(3, r3, n3) + conv(5, r5, n5)
        rows = rows_at(card("googlenet", (("aux", False),)), f"inception_{name}")
        assert module == sum(row.parameters for row in rows)
        total, inputs = total + module, ones + n3 + n5 + pool
    assert total + dense(1024, 1000) == card("googlenet", (("aux", False),)).parameters == 6_998_552
