"""The notation reads what it writes, and says where it cannot read."""

import pytest
from hypothesis import HealthCheck, given, settings

from course.arithmetic import (
    Add,
    Concat,
    Conv,
    Graph,
    GraphError,
    LayerError,
    Linear,
    Node,
    Norm,
    NotationError,
    Pool,
    Upsample,
    parse,
    sequence,
)  # fmt: skip
from tests.arithmetic import strategies

LINES = [
    "3x32x32 > conv(3, 32, 3x3, s2, p1) > relu > pool(2) > flatten > linear(512)",
    "conv1d(1, 8, k5, s2, d3, replicate) > bn > tanh > pool1d(2)",
    "conv3d(2, 4, 3x3x3, p1x0x1, g2, nobias) > instancenorm > avgpool(2x2x2) > gap",
    "tconv(8, 4, 2x2, s2, p1, op1) > gn(2) > lrn > ln > dropout(0.25)",
    "conv(8, 1x7, same) > up(1.5, bilinear, corners) > up(to 7x9) > crop(0:1x2) > pad(1, reflect) > adaptiveavgpool(4x_)",
    "add(conv(64, 64, 3x3, p1) > bn > relu > conv(64, 64, 3x3, p1) > bn, skip) > relu",
    "concat(conv(64, 1x1), conv(96, 1x1) > conv(128, 3x3, p1), pool(3, s1, p1) > conv(32, 1x1))",
    "conv(8, 3x3, p1) > concat(pool(2) > add(conv(8, 3x3, p1), skip) > up(2), skip) > conv(2, 1x1)",
    "conv(8, 3x3, p2, symmetric) @stem > relu > gap > flatten > linear(8, 10, nobias) > softmax",
]  # fmt: skip


@pytest.mark.parametrize("line", LINES)
def test_round_trip(line):
    graph = parse(line)
    assert str(graph) == line
    assert parse(str(graph)) == graph


@settings(
    max_examples=300, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)
@given(strategies.graphs())
def test_round_trip_of_random_graphs(graph):
    assert parse(str(graph)) == graph


def test_paths_that_cross_are_written_with_names():
    graph = Graph((
        Node("a", Conv(4, 4, 1), ("input",)), Node("b", Conv(4, 4, 1), ("input",)),
        Node("c", Add(), ("a", "b")), Node("d", Concat(), ("a", "c", "input")),
    ), (4, 8, 8))  # fmt: skip
    text = str(graph)
    assert text == (
        "4x8x8 > conv(4, 4, 1x1) @a > @input > conv(4, 4, 1x1) @b > add(@a, @b) @c > concat(@a, @c, @input) @d"
    )
    assert parse(text) == graph


def test_other_spellings_mean_the_same():
    assert parse(
        "3×8×8 → CONV2D(3, 8, 3) → maxpool(2) → dense(4)".replace("→ dense", "→ flatten → dense")
    ) == parse("3x8x8 > conv(3,8,3x3)>pool2d(2x2) > flatten > linear(4)".replace("pool2d(2x2)", "pool(2)"))
    assert parse("upsample(2)").nodes[0].layer == Upsample(2)
    assert parse("conv(8, k3)").nodes[0].layer == Conv(None, 8, (3, 3))
    assert parse("linear(8)").nodes[0].layer == Linear(None, 8)
    assert parse("pool(k2)") == parse("pool(2)")
    assert parse("gn(2, 8)").nodes[0].layer == Norm("group", 8, 2)
    assert str(sequence(Norm("batch", 8))) == "bn(8)"
    assert parse("avgpool(3, s2)").nodes[0].layer == Pool("avg", 3, 2)


@pytest.mark.parametrize(
    ("line", "message", "column"),
    [
        ("", "there is nothing to read", 0),
        ("3x32x32", "expected '>'", 7),
        ("3x32x32 > cnov(32, 3x3)", "unknown step 'cnov' at column 11: did you mean 'conv'?", 10),
        ("conv(3, 32)", "conv(3, 32) has no kernel: write it as 3x3 or k3", 0),
        ("conv1d(3, 32)", "has no kernel: write it as k3", 0),
        ("conv2d(8, 3x3x3)", "conv2d has 2 axes", 0),
        ("linear(10, 3x3)", "linear takes plain numbers, got '3x3'", 0),
        ("bn(3x3)", "bn takes plain numbers, got '3x3'", 0),
        ("up(1.1)", "is no whole number of 64ths", 0),
        ("conv(32)", "conv needs out-channels and a kernel", 0),
        ("conv(1, 2, 3, 4)", "takes at most 3 plain numbers", 0),
        ("relu > conv(32, 3x3, z2)", "does not know the setting 'z2'", 7),
        ("conv(32, 3x3, nobais)", "did you mean 'nobias'?", 0),
        ("conv(32, 3x3, s2, s3)", "is given stride twice", 0),
        ("conv(32 3x3)", "put a comma between settings", 0),
        ("conv1d(3, 8, 3x3)", "conv1d has 1 axes", 0),
        ("conv(3, 32, 3x3", "expected ',' or ')', found 'the end'", 15),
        ("relu > > relu", "expected a step", 7),
        ("relu relu", "'relu' is not expected here", 5),
        ("relu(3)", "relu takes no settings", 0),
        ("skip > relu", "skip stands only at the start of a branch", 0),
        ("add(relu)", "joins two branches or more", 0),
        ("add > relu", "needs its branches in brackets", 0),
        ("relu > @other", "no step before this is named @other", 7),
        ("relu @a > relu @a", "the name @a is taken", 15),
        ("conv(32, 3x3, s0)", "stride must be at least 1, got 0", 0),
        ("pool", "needs one window size", 0),
        ("up(2, 3)", "needs one factor or size", 0),
        ("dropout(much)", "takes a probability such as 0.5, got 'much'", 0),
        ("crop(4, reflect)", "crop has no padding mode", 0),
        ("gn", "needs the number of groups", 0),
        ("gap(2)", "gap takes no settings", 0),
        ("linear", "needs its number of outputs", 0),
        ("relu > @", "'@' needs a name behind it", 7),
    ],
)
def test_what_cannot_be_read_is_pointed_at(line, message, column):
    with pytest.raises(NotationError) as caught:
        parse(line)
    first, shown, caret = str(caught.value).split("\n") if line else (*str(caught.value).split("\n"),)
    assert message in first
    assert caught.value.position == column
    assert shown == f"  {line}"
    assert caret == "  " + " " * column + "^"


def test_nesting_beyond_reason_is_refused_and_long_chains_are_not():
    with pytest.raises(NotationError, match="nested too deeply"):
        parse("add(" * 2000 + "relu" + ", skip)" * 2000)
    deep = [Node("a0", Add(), ("input", "input"))]
    deep += [Node(f"a{i}", Add(), (f"a{i - 1}", "input")) for i in range(1, 600)]
    graph = Graph(tuple(deep), (1, 4, 4))
    assert parse(str(graph)) == graph
    assert len(parse(" > ".join(["relu"] * 1500)).nodes) == 1500


def test_what_is_no_text_or_no_node_is_refused():
    with pytest.raises(NotationError, match="notation is text, got NoneType"):
        parse(None)
    for node in (Conv(1, 1, 1), Node(1, Conv(1, 1, 1), ("input",)), Node("a", "conv", ("input",))):
        with pytest.raises(GraphError, match="is not a node: give Node"):
            Graph((node,))


def test_graphs_that_cannot_be_are_refused():
    conv = Conv(1, 1, 1)
    for nodes, message in [
        ((), "at least one node"),
        ((Node("input", conv, ("input",)),), "reserved"),
        ((Node("a", conv, ("b",)),), "no node"),
        ((Node("a", conv, ("b",)), Node("b", conv, ("a",))), "a later node"),
        ((Node("a", conv, ("input",)), Node("a", conv, ("a",))), "used twice"),
        ((Node("a", conv, ()),), "reads nothing"),
    ]:
        with pytest.raises(GraphError, match=message):
            Graph(nodes)
    with pytest.raises(GraphError, match="is not a layer"):
        sequence("conv")
    with pytest.raises(GraphError, match="input shape is not known"):
        parse("relu").report()
    with pytest.raises(
        LayerError, match=r"conv2, height: kernel 7 with dilation 2 spans 13, more than the input 10"
    ):
        parse("1x11x11 > conv(1, 2x2) > conv(1, 7x7, d2)").report()
