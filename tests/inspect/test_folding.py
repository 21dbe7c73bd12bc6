"""Folding: which calls are drawn as one block, and what joins the blocks."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course.inspect.folding import MOST, Net, fitting
from tests.inspect.nets import FakeCard, FakeRow, cards, chain, residual


def names(drawn_net: Net) -> list[str]:
    return [drawn_net.blocks[key].name for key in drawn_net.order if key in drawn_net.blocks]


def test_rows_are_folded_by_module_path():
    assert names(Net(residual(2), 1)) == ["stem", "layer"]
    assert names(Net(residual(2), 2)) == ["stem", "layer.0", "layer.1"]
    assert names(Net(residual(1), 3)) == ["stem", "layer.0.conv1", "layer.0.conv2", "layer.0.add"]


def test_elementwise_calls_are_merged_into_the_layer_before():
    card = FakeCard(chain("conv", "bn", "relu", "dropout", "linear", "softmax"), {"": "5"})
    net = Net(card, 1)
    assert [[r.word for r in net.blocks[k].rows] for k in net.order if k in net.blocks] == [
        ["conv", "bn", "relu", "dropout"],
        ["linear", "softmax"],
    ]


def test_an_activation_before_a_layer_is_merged_into_it_where_nobody_else_reads_it():
    rows = [
        FakeRow("a", "conv", ("input",)),
        FakeRow("bn", "bn", ("a",)),
        FakeRow("b", "conv", ("bn",)),
        FakeRow("sum", "add", ("a", "b")),
    ]
    net = Net(FakeCard(rows, {"": "sum"}), 1)
    assert [r.name for r in net.blocks["b#1"].rows] == ["bn", "b"]
    rows[3].inputs = ("bn", "b")  # now the sum reads the normalised maps too: they belong to what made them
    net = Net(FakeCard(rows, {"": "sum"}), 1)
    assert [r.name for r in net.blocks["a#1"].rows] == ["a", "bn"]


def test_a_layer_whose_result_is_also_an_output_keeps_its_activation_apart():
    card = FakeCard(chain("conv", "relu"), {"before": "0", "after": "1"})
    assert names(Net(card, 1)) == ["0", "1"]


def test_a_path_that_is_entered_again_is_split_where_it_would_make_a_circle():
    rows = [
        FakeRow("a.x", "conv", ("input",)),
        FakeRow("b", "pool", ("a.x",)),
        FakeRow("a.y", "conv", ("b",)),
        FakeRow("a.z", "pool", ("input",)),  # leads to nothing yet: back into the newest block of its path
    ]
    net = Net(FakeCard(rows, {"": "a.y"}), 1)
    assert names(net) == ["a", "b", "a (2)"]


def test_a_shared_head_on_parallel_inputs_stays_one_block():
    rows = [*(FakeRow(f"level{i}", "conv", ("input",)) for i in range(3))]
    rows += [FakeRow(f"head.conv#{i}", "conv", (f"level{i}",)) for i in range(3)]
    card = FakeCard(rows, {str(i): f"head.conv#{i}" for i in range(3)})
    assert names(Net(card, 1)) == ["level0", "level1", "level2", "head"]


def test_a_shortcut_that_only_crops_and_pads_is_written_beside_its_arrow():
    rows = [
        FakeRow("a", "conv", ("input",)),
        FakeRow("b", "conv", ("a",)),
        FakeRow("slice", "slice", ("a",)),
        FakeRow("pad", "pad", ("slice",)),
        FakeRow("add", "add", ("b", "pad")),
    ]
    net = Net(FakeCard(rows, {"": "add"}), 1)
    assert net.links["a#1", "add#1"] == "slice · pad"


@given(cards(), st.integers(1, 9))
@settings(max_examples=80, deadline=None)
def test_every_call_is_in_one_block_and_only_crops_leave(card, depth):
    net = Net(card, depth)
    drawn = [row.name for block in net.blocks.values() for row in block.rows]
    assert len(drawn) == len(set(drawn))
    left_out = [row for row in card.rows if row.name not in drawn]
    assert {row.word for row in left_out} <= {"crop"}  # for the arrows
    assert len(left_out) >= sum(bool(text) for text in net.links.values())


@pytest.mark.parametrize("count", [41, 100, 300])
def test_neighbours_are_folded_with_a_crop_on_a_skip_among_them(count):
    rows = [*chain(*["conv"] * count), FakeRow("crop", "crop", ("3",))]
    rows.append(FakeRow("cat", "concat", (str(count - 1), "crop")))
    net, depth = fitting(FakeCard(rows, {"": "cat"}), 1)
    assert depth == 0
    assert 15 <= len(net.blocks) <= MOST
    assert {key for pair in net.links for key in pair} == set(net.order)
    drawn = sum(len(block.rows) for block in net.blocks.values())
    assert drawn + ("crop" in net.links.values()) == len(rows)


def test_a_folded_block_says_how_much_it_holds():
    (_, layer) = Net(residual(2), 1).blocks.values()
    assert layer.contents == "2 blocks"
    assert layer.inner_signs == ["plus"]
    (_, first, _) = Net(residual(2), 2).blocks.values()
    assert first.contents == "4 calls"
