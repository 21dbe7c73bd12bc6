"""Every derivation, read as arithmetic, gives the result it states."""

import re

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from course.arithmetic import Conv, Field, LayerError, SettingError, ShapeError, parse, sequence
from course.arithmetic.derive import QUANTITIES, figure
from tests.arithmetic import strategies


def value(numbers):
    """Evaluate a derivation's numbers: ``·`` is times, ``⌊a/b⌋`` the floor, ``⌈a/b⌉`` the ceiling."""
    text = numbers.replace("·", "*").replace("−", "-")
    text = re.sub(r"⌊(\d+)\*([\d.]+)⌋", r"int(\1*\2)", text)
    text = re.sub(r"⌊(.*?)/(\d+)⌋", r"floor(\1,\2)", text)
    text = re.sub(r"⌈(.*?)/(\d+)⌉", r"ceil(\1,\2)", text)
    text = text.replace("/", "//")
    return eval(
        text, {"__builtins__": {}, "int": int, "floor": lambda a, b: a // b, "ceil": lambda a, b: -(-a // b)}
    )


def check(derivation):
    if derivation.numbers:
        assert value(derivation.numbers) == derivation.result, str(derivation)
        assert derivation.formula
    else:
        assert derivation.note or derivation.formula, derivation
    assert figure(derivation.result) in str(derivation)


@settings(
    max_examples=250, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
@given(st.data())
def test_every_layer(data):
    shape = data.draw(strategies.shapes())
    layer = data.draw(strategies.layers(shape))
    try:
        report = sequence(layer, input_shape=shape).report()
    except LayerError:
        assume(False)
    row = report.rows[0]
    for quantity in QUANTITIES:
        if quantity != "field":
            check(row.layer.explain(quantity, shape))
    assert row.layer.explain("parameters", shape).result == row.parameters
    assert row.layer.explain("shape", shape).result == row.output_shape


def test_the_whole_net_and_every_node():
    report = parse(
        "2x24x24 > conv(8, 3x3, p1) > bn > relu > add(conv(8, 3x3, p1) > gn(4) > prelu, skip) > pool(3, s2, ceil) "
        "> concat(avgpool(2), conv(4, 1x1, s2)) > up(2, bilinear) > ln > dropout(0.2) > gap > flatten > linear(5)"
    ).report()
    for quantity in ("parameters", "buffers", "multiply_adds", "memory"):
        check(report.explain("whole", quantity))
        for row in report.rows:
            check(report.explain(row.name, quantity))
            assert report.explain(row.name, quantity).result == getattr(row, quantity)
    assert report.explain("whole", "shape").result == (5,)
    for row in report.rows:
        assert str(report.explain(row.name, "field"))


@pytest.mark.parametrize(
    "settings", [{}, {"stride": 2}, {"stride": (2, 1), "padding": (1, 0)}, {"dilation": (1, 3), "padding": 2}]
)
def test_the_closed_form_of_the_field_equals_the_pattern(settings):
    net = sequence(
        Conv(1, 1, 3, **settings), Conv(1, 1, (3, 5), **settings), input_shape=(1, 40, 40)
    ).report()
    for row in net.rows:
        triples = value(net.explain(row.name, "field").numbers)
        triples = (triples,) * 2 if isinstance(triples[0], int) else triples
        assert tuple(zip(*triples, strict=True)) == (row.field.size, row.field.jump, row.field.start)


def test_a_layer_alone_explains_its_own_field():
    text = str(Conv(1, 1, 3, dilation=2).explain("field", (1, 9, 9)))
    assert "(1 + (3 − 1)·2·1, 1·1, 0 − 0·1)" in text
    assert "((5, 5), (1, 1), (0, 0))" in text


def test_unknown_quantities_and_missing_shapes_are_explained():
    with pytest.raises(SettingError, match="'weights' is not a quantity: use one of shape, parameters"):
        Conv(1, 1, 3).explain("weights")
    with pytest.raises(ShapeError, match="multiply_adds of conv depends on the input: give its shape"):
        Conv(1, 1, 3).explain("multiply_adds")
    with pytest.raises(SettingError, match="conv was made without in_channels"):
        Conv(None, 1, 3).explain("parameters")
    assert isinstance(parse("1x9x9 > relu").report().field, Field)
