"""A computation graph puts every node to the right of what it reads, prints its numbers, and says them in words."""

from itertools import pairwise

import pytest
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from course.figures.graph import computation_graph, layout

#: a feeds two branches that meet again in L = u·v.
NODES = {"a": 3.0, "u": 6.0, "v": 9.0, "L": 54.0}
LOCAL = {("a", "u"): 2.0, ("a", "v"): 6.0, ("u", "L"): 9.0, ("v", "L"): 6.0}
GRADIENTS = {"a": 54.0, "u": 9.0, "v": 6.0, "L": 1.0}
OPERATIONS = {"u": "2a", "v": "a²", "L": "u·v"}


def drawn(picture, kind):
    return [patch for patch in picture.figure.axes[0].patches if isinstance(patch, kind)]


def texts(picture):
    return {text.get_text(): text for text in picture.figure.axes[0].texts}


def middle(text):
    return text.get_position()


def test_every_node_edge_value_and_gradient_is_drawn() -> None:
    picture = computation_graph(NODES, LOCAL, gradients=GRADIENTS, operations=OPERATIONS)
    assert len(drawn(picture, FancyBboxPatch)) == 4
    assert len(drawn(picture, FancyArrowPatch)) == 4
    written = [text.get_text() for text in picture.figure.axes[0].texts]
    expected = [
        "a",
        "u = 2a",
        "v = a²",
        "L = u·v",
        "3",
        "6",
        "9",
        "54",
        "54",
        "9",
        "6",
        "1",
        "×2",
        "×6",
        "×9",
        "×6",
    ]
    assert sorted(written) == sorted(expected)


def test_the_value_stands_above_its_node_and_the_gradient_below_in_italics() -> None:
    picture = computation_graph({"x": 1.5, "L": 7.0}, [("x", "L")], gradients={"x": -0.25})
    found = texts(picture)
    name, value, gradient = (found[key] for key in ("x", "1.5", "−0.25"))
    assert middle(name)[0] == middle(value)[0] == middle(gradient)[0]
    assert middle(value)[1] < middle(name)[1] < middle(gradient)[1]  # the axis runs downwards
    assert (value.get_style(), gradient.get_style()) == ("normal", "italic")


def test_the_words_hold_every_number_operation_and_reader() -> None:
    alt = computation_graph(
        NODES, LOCAL, gradients=GRADIENTS, operations=OPERATIONS, about="Two branches."
    ).alt
    assert alt == (
        "Two branches. Computation graph, 4 nodes. a = 3, gradient 54. "
        "u = 6, which is 2a, from a (local derivative 2), gradient 9. "
        "v = 9, which is a², from a (local derivative 6), gradient 6. "
        "L = 54, which is u·v, from u (local derivative 9) and v (local derivative 6), gradient 1."
    )


def test_a_node_stands_right_of_all_it_reads_and_an_input_beside_its_reader() -> None:
    places = layout(["x", "w", "z", "y", "L"], [("x", "z"), ("w", "z"), ("z", "L"), ("y", "L")])
    columns = {name: column for name, (column, _) in places.items()}
    assert columns == {"x": 0, "w": 0, "z": 1, "y": 1, "L": 2}
    assert len(set(places.values())) == 5


def test_the_longest_way_decides_the_column() -> None:
    places = layout(["x", "f", "g", "sum"], [("x", "f"), ("f", "g"), ("g", "sum"), ("x", "sum")])
    assert places["sum"][0] == 3


def test_rows_follow_the_readers_so_that_arrows_cross_little() -> None:
    names = ["p", "q", "r", "s", "one", "two", "L"]
    edges = [("q", "one"), ("s", "one"), ("p", "two"), ("r", "two"), ("one", "L"), ("two", "L")]
    rows = {name: row for name, (_, row) in layout(names, edges).items()}
    assert rows["one"] < rows["two"]
    assert sorted("pqrs", key=rows.__getitem__) == ["q", "s", "p", "r"]


def test_computed_nodes_stand_between_the_given_ones_of_their_column() -> None:
    names = ["x", "v1", "v2", "c", "h1", "h2", "z"]
    edges = [("x", "h1"), ("x", "h2"), *((name, "z") for name in ("v1", "v2", "c", "h1", "h2"))]
    rows = {name: row for name, (_, row) in layout(names, edges).items()}
    assert sorted(("v1", "v2", "c", "h1", "h2"), key=rows.__getitem__) == ["v1", "v2", "h1", "h2", "c"]


def test_gradients_have_a_tint_of_their_own_and_values_have_not() -> None:
    found = texts(computation_graph({"x": 1.5, "L": 7.0}, [("x", "L")], gradients={"x": -0.25}))
    paper = {name: found[name].get_bbox_patch().get_facecolor()[:3] for name in ("1.5", "−0.25")}
    assert paper["1.5"] == (1, 1, 1)
    assert paper["−0.25"] != paper["1.5"]


def test_arrows_run_from_left_to_right_between_the_boxes() -> None:
    picture = computation_graph(NODES, LOCAL, operations=OPERATIONS)
    for arrow in drawn(picture, FancyArrowPatch):
        path = arrow.get_path()
        across = path.vertices[path.codes != path.CLOSEPOLY][:, 0]
        assert across[0] == across.min() < across.max()


def test_arrows_that_meet_in_a_node_end_apart_on_its_side_in_the_order_they_come_from() -> None:
    edges = [(name, "z") for name in "abcde"]
    picture = computation_graph(dict.fromkeys("abcdez", 1.0), edges)
    ways = [arrow._posA_posB for arrow in drawn(picture, FancyArrowPatch)]
    [box] = [b for b in drawn(picture, FancyBboxPatch) if b.get_x() > max(start[0] for start, _ in ways)]
    heights = [end[1] for _, end in sorted(ways, key=lambda way: way[0][1])]
    assert all(low + 0.04 < high for low, high in pairwise(heights))
    assert box.get_y() < heights[0] < heights[-1] < box.get_y() + box.get_height()
    assert heights[2] == pytest.approx(box.get_y() + box.get_height() / 2)


def test_long_texts_widen_the_columns_so_that_boxes_never_touch() -> None:
    long = "a long operation of many letters"
    picture = computation_graph(
        {"x": 1, "z": 2, "L": 3}, [("x", "z"), ("z", "L")], operations={"z": long, "L": long}
    )
    boxes = sorted((b.get_x(), b.get_x() + b.get_width()) for b in drawn(picture, FancyBboxPatch))
    assert all(right < left for (_, right), (left, _) in pairwise(boxes))
    assert boxes[0][0] > 0
    assert boxes[-1][1] < picture.figure.get_size_inches()[0]


@pytest.mark.parametrize(("digits", "shown"), [(1, "0.1"), (3, "0.123"), (4, "0.1235")])
def test_numbers_are_rounded_as_asked(digits: int, shown: str) -> None:
    picture = computation_graph({"x": 0.1234567, "L": 1}, [("x", "L")], digits=digits)
    assert shown in texts(picture)


def test_a_small_number_is_never_written_as_zero_and_zero_is() -> None:
    found = texts(computation_graph({"x": 1e-6, "y": 0.0, "L": 1}, [("x", "L"), ("y", "L")]))
    assert "1.0e−06" in found
    assert "0" in found


def test_a_value_that_is_not_known_yet_is_left_out() -> None:
    picture = computation_graph({"x": None, "L": None}, [("x", "L")])
    assert [text.get_text() for text in picture.figure.axes[0].texts] == ["x", "L"]
    assert picture.alt == "Computation graph, 2 nodes. x. L, from x."


@pytest.mark.parametrize(
    "wrong",
    [
        {"edges": [("x", "q")]},
        {"edges": [("q", "L")]},
        {"edges": [], "gradients": {"q": 1.0}},
        {"edges": [], "operations": {"q": "x²"}},
    ],
)
def test_a_name_that_is_no_node_is_refused(wrong) -> None:
    with pytest.raises(ValueError, match=r"names 'q', which is no node"):
        computation_graph({"x": 1, "L": 2}, **wrong)


def test_no_nodes_and_circles_are_refused() -> None:
    with pytest.raises(ValueError, match="there are no nodes"):
        computation_graph({}, [])
    with pytest.raises(ValueError, match=r"goes in circles: .*a.*→.*b"):
        computation_graph({"a": 1, "b": 2}, [("a", "b"), ("b", "a")])
