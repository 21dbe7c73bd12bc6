"""Receptive fields: phases, holes, alignment, borders, whole inputs."""

from fractions import Fraction

import pytest

from course.arithmetic import AdaptivePool, Add, Conv, Extent, Graph, GraphError, Node, Phase, parse, sequence
from tests.arithmetic.oracle import support


def field(line):
    return parse(line).report().field


def test_dilation_leaves_holes():
    f = field("1x30 > conv1d(1, k3, d2) > conv1d(1, k3, d4)")
    assert (f.size, f.jump, f.start) == ((13,), (1,), (0,))
    assert f.unread == ((1, 3, 5, 7, 9, 11),)
    gridding = field("1x30 > conv1d(1, k3, d2) > conv1d(1, k3, d3)")
    assert gridding.unread == ((1, 9),)


def test_up_sampling_makes_phases():
    f = field("1x32 > pool(2) > conv1d(1, k3, p1) > tconv1d(1, k3, s2, p1, op1)")
    assert f.phases == ((Phase(6, -2), Phase(8, -2)),)
    assert (f.size, f.jump, f.union) == ((8,), (1,), (8,))
    assert field("1x32 > pool(2) > tconv1d(1, k2, s4)").jump == (Fraction(1, 2),)


def test_a_transposed_convolution_narrower_than_its_stride_leaves_outputs_that_read_nothing():
    f = field("1x8 > tconv1d(1, k1, s2)")
    assert [phase.size for phase in f.phases[0]] == [1, 0]


def test_up_then_down_comes_back_to_one_phase():
    f = field("1x32 > up(2) > pool(2)")
    assert f.phases == ((Phase(1, 0),),)
    assert f.jump == (1,)


def test_start_and_centre_follow_the_padding():
    f = field("1x64x64 > conv(1, 5x5, s2, p2) > conv(1, 3x3)")
    assert (f.start, f.centre) == ((-2, -2), (2, 2))
    assert field("1x64x64 > conv(1, 2x2)").centre == (Fraction(1, 2), Fraction(1, 2))


def test_clipping_at_the_border():
    assert not field("1x9 > conv1d(1, k3)").clipped
    f = field("1x9 > conv1d(1, k5, p2)")
    assert f.clipped
    assert f.at((0,)) == (Extent(-2, 3, (0, 3)),)
    assert f.at((0,))[0].clipped
    assert not f.at((4,))[0].clipped
    with pytest.raises(IndexError, match="outside the output"):
        f.at((9,))


def test_global_operations_read_the_whole_input():
    for line in (
        "gap",
        "flatten > linear(2)",
        "ln",
        "gn(1)",
        "instancenorm",
        "conv(3, 3x3) > gap > conv(3, 1x1)",
    ):
        f = field(f"3x12x12 > {line}")
        assert f.whole_input
        assert f.size == (12, 12)
    one_axis = sequence(AdaptivePool("avg", (1, None)), input_shape=(3, 12, 12)).report().field
    assert not one_axis.whole_input
    assert one_axis.size == (12, 1)
    assert not field("3x12x12 > bn > softmax > lrn > flatten").whole_input


def test_a_window_as_large_as_the_input_is_still_a_window():
    f = field("3x7x7 > avgpool(7)")
    assert not f.whole_input
    assert f.size == (7, 7)


@pytest.mark.parametrize(
    ("branches", "aligned"),
    [
        ("conv(4, 3x3, p1), skip", True),
        ("conv(4, 3x3, p1) > conv(4, 5x5, p2), conv(4, 1x1)", True),
        ("conv(4, 3x3), crop(1)", True),
        ("conv(4, 3x3), crop(0:2x0:2)", False),
        ("conv(4, 2x2, same), skip", False),
        ("pool(2) > conv(4, 3x3, p1) > tconv(4, 2x2, s2), skip", True),
        ("pool(2) > up(2), skip", True),
        ("pool(2) > conv(4, 2x2, p1) > crop(0:1x0:1) > up(2), skip", False),
    ],
)
def test_joins_say_whether_paths_are_aligned(branches, aligned):
    net = parse(f"4x16x16 > concat({branches})").report()
    assert net["concat1"].aligned is aligned
    assert net.field.aligned is aligned
    assert ("misaligned" in str(net)) is not aligned
    assert ("misaligned" in str(net.explain("concat1", "field"))) is not aligned
    later = parse(f"4x16x16 > concat({branches}) > add(conv(8, 3x3, p1), skip)").report()
    assert later.field.aligned is aligned
    assert later["add1"].aligned


def test_paths_of_different_jumps_are_followed_position_by_position():
    net = parse("1x7 > add(conv1d(1, k1, s2, p3), skip) > conv1d(1, k3, p1)").report()
    assert net.field.jump == (None,)
    assert not net.field.aligned
    assert "varies" in str(net)
    for p in range(7):
        assert net.reads("conv2", (p,)) == support(net, (p,))
        assert net.field.at((p,))[0].stop == net.reads("conv2", (p,))[0][-1] + 1


def test_padding_that_starves_an_output():
    net = sequence(Conv(1, 1, (1, 4), padding=(0, 4), dilation=(1, 3)), input_shape=(1, 1, 2)).report()
    assert net.reads("conv1", (0, 0)) == support(net, (0, 0)) == ((), ())


def test_the_border_can_hide_what_the_pattern_promises():
    """Position 5 lies behind the first layer's floor; the second layer's padding reads zeros there, not the input."""
    net = parse("1x6 > conv1d(1, k3, s2) > conv1d(1, k3, p1)").report()
    assert net.field.at((1,))[0].inside == (0, 6)
    assert net.reads("conv2", (1,)) == support(net, (1,)) == ((0, 1, 2, 3, 4),)


def test_reads_asks_for_a_position_that_exists():
    net = Graph((Node("a", Conv(1, 1, 3), ("input",)),), (1, 5, 5)).report()
    with pytest.raises(GraphError, match="outside the output of a"):
        net.reads("a", (3, 0))
    with pytest.raises(GraphError, match="no node is named 'b': there are a"):
        net.reads("b", (0, 0))


def test_flattened_outputs_have_no_position():
    net = parse("1x8x8 > conv(1, 3x3, p1) > flatten > linear(3)").report()
    assert not net.field.clipped
    with pytest.raises(IndexError, match="flattened"):
        net.field.at(())
    with pytest.raises(GraphError, match="linear1 is flattened"):
        net.reads("linear1", ())


def test_a_join_alone_explains_its_field():
    assert str(Add().explain("field", (3, 8, 8), (3, 8, 8))).startswith("field = (size, jump, start)")


def test_a_field_that_drifts_is_not_called_phases():
    net = parse("1x7 > add(conv1d(1, k1, s2, p3), skip) > conv1d(1, k3, p1)").report()
    assert "paths of different jumps met" in str(net.explain("conv2", "field"))


def test_a_path_pooled_to_one_position_joins_another_of_that_length():
    graph = Graph(
        (
            Node("pooled", AdaptivePool("avg", (None, 1)), ("input",)),
            Node("conv", Conv(1, 1, (2, 2), padding="same"), ("pooled",)),
            Node("sum", Add(), ("conv", "pooled")),
        ),
        (1, 6, 6),
    )
    report = graph.report()
    assert report.reads("sum", (0, 0)) == support(report, (0, 0)) == ((0, 1), tuple(range(6)))
