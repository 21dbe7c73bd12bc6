"""Diagrams: what is folded, where it stands, what the picture and its words say."""

from __future__ import annotations

import base64
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from itertools import combinations, pairwise

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from course.figures.palette import ink_on
from course.inspect import InspectError
from course.inspect.diagram import MOST, Net, diagram, human, style, width_of, wrap
from course.inspect.layout import Link, Node, main_path, place, sorted_nodes

SVG = "{http://www.w3.org/2000/svg}"


@dataclass
class FakeRow:
    name: str
    word: str
    inputs: tuple[str, ...] = ()
    output_shape: tuple[int, ...] | None = (8, 16, 16)
    parameters: int = 0
    title: str = ""

    def __post_init__(self):
        self.title = self.title or self.word


@dataclass
class FakeCard:
    rows: list[FakeRow]
    outputs: dict[str, str]
    title: str = "a net"
    input_shape: tuple[int, ...] = (3, 16, 16)
    multiply_adds: int = field(default=0)


def chain(*words: str, prefix: str = "", shape=(8, 16, 16)) -> list[FakeRow]:
    """Return rows that each read the one before, named by number."""
    rows, last = [], "input"
    for i, word in enumerate(words):
        rows.append(FakeRow(f"{prefix}{i}", word, (last,), shape, 10 * (word in ("conv", "linear"))))
        last = rows[-1].name
    return rows


def residual(blocks: int) -> FakeCard:
    """Return a residual net: a stem, then blocks of two convolutions and a sum."""
    rows, last = [FakeRow("stem", "conv", ("input",), parameters=9)], "stem"
    for i in range(blocks):
        at = f"layer.{i}"
        rows += [
            FakeRow(f"{at}.conv1", "conv", (last,), parameters=100, title="conv(8, 8, 3x3, p1)"),
            FakeRow(f"{at}.relu", "relu", (f"{at}.conv1",)),
            FakeRow(f"{at}.conv2", "conv", (f"{at}.relu",), parameters=100),
            FakeRow(f"{at}.add", "add", (f"{at}.conv2", last)),
        ]
        last = f"{at}.add"
    return FakeCard(rows, {"": last})


def u_net(levels: int, crop: bool = False, spoil: bool = False) -> FakeCard:
    """Return a U: on each level two convolutions, then a pool; back up with concatenations."""
    rows: list[FakeRow] = []

    def put(name: str, word: str, *inputs: str, size: int) -> str:
        rows.append(FakeRow(name, word, inputs, (4, size, size), 50 * ("conv" in word)))
        return name

    last, size, skips = "input", 16 * 2**levels, []
    for i in range(levels):
        last = put(f"down.{i}.b", "conv", put(f"down.{i}.a", "conv", last, size=size), size=size)
        skips.append(last)
        size //= 2
        last = put(f"pool.{i}", "pool", last, size=size)
    last = put("bottom", "conv", last, size=size)
    if spoil:
        skips.reverse()
    for i in reversed(range(levels)):
        size *= 2
        other = put(f"crop.{i}", "crop", skips[i], size=size) if crop else skips[i]
        last = put(f"cat.{i}", "concat", put(f"up.{i}", "tconv", last, size=size), other, size=size)
        last = put(f"conv.{i}", "conv", last, size=size)
    return FakeCard(rows, {"": last})


def inception() -> FakeCard:
    """Return four branches of different lengths that meet."""
    rows = [
        FakeRow("stem", "conv", ("input",), parameters=1),
        FakeRow("m.b1", "conv", ("stem",), parameters=1),
        FakeRow("m.b2a", "conv", ("stem",), parameters=1),
        FakeRow("m.b2b", "conv", ("m.b2a",), parameters=5),
        FakeRow("m.b3a", "conv", ("stem",), parameters=1),
        FakeRow("m.b3b", "conv", ("m.b3a",), parameters=1),
        FakeRow("m.b4a", "pool", ("stem",)),
        FakeRow("m.b4b", "conv", ("m.b4a",), parameters=1),
        FakeRow("m.cat", "concat", ("m.b1", "m.b2b", "m.b3b", "m.b4b")),
    ]
    return FakeCard(rows, {"": "m.cat"})


def names(drawn_net: Net) -> list[str]:
    return [drawn_net.blocks[key].name for key in drawn_net.order if key in drawn_net.blocks]


def check_geometry(layout) -> None:
    """Blocks are disjoint and inside of the picture; no arrow passes through a block that is not its end."""
    rects = layout.rects
    for (a, one), (b, two) in combinations(rects.items(), 2):
        apart = one.right < two.left or two.right < one.left or one.bottom < two.top or two.bottom < one.top
        assert apart, f"{a} lies on {b}"
    for key, r in rects.items():
        assert 0 <= r.left < r.right <= layout.width, key
        assert 0 <= r.top < r.bottom <= layout.height, key
    for route in layout.routes:
        ends = (route.link.source, route.link.target)
        points = route.points(24)
        for key, r in rects.items():
            if key in ends:
                continue
            for x, y in points:
                assert not (r.left - 1 < x < r.right + 1 and r.top - 1 < y < r.bottom + 1), (ends, key)
        start, end = rects[ends[0]], rects[ends[1]]
        for (x, y), r in ((points[0], start), (points[-1], end)):
            assert r.left - 1 <= x <= r.right + 1, ends
            assert r.top - 1 <= y <= r.bottom + 1, ends
        for x, y in points:
            assert 0 <= x <= layout.width, ends
            assert 0 <= y <= layout.height, ends
        inner = points[2:-2]
        for r in (start, end):  # and none under its own ends' text
            assert not any(r.left + 2 < x < r.x - 16 and r.top + 1 < y < r.bottom - 1 for x, y in inner), ends


CARDS = {
    "chain": FakeCard(chain("conv", "relu", "pool", "linear"), {"": "3"}),
    "residual": residual(4),
    "u": u_net(3),
    "u, cropped": u_net(3, crop=True),
    "crossed": u_net(3, spoil=True),
    "inception": inception(),
    "dense": FakeCard(
        [FakeRow(f"{i}", "concat", ("input", *(f"{j}" for j in range(i)))) for i in range(9)], {"": "8"}
    ),
    "two outputs": FakeCard(
        [*chain("conv", "conv"), FakeRow("head", "linear", ("0",), (5,), 7)], {"mask": "1", "class": "head"}
    ),
    "nothing": FakeCard([], {"": "input"}),
}


@pytest.mark.parametrize("name", CARDS)
@pytest.mark.parametrize("depth", [None, 1, 2, 3])
def test_blocks_are_apart_and_arrows_pass_by(name, depth):
    check_geometry(diagram(CARDS[name], depth).layout)


@st.composite
def cards(draw):
    """Random nets: any row may read any earlier ones, in nested modules, with several outputs."""
    rows = []
    for i in range(draw(st.integers(1, 24))):
        path = ".".join(draw(st.lists(st.sampled_from("abc"), max_size=2)))
        word = draw(
            st.sampled_from(["conv", "relu", "add", "concat", "pool", "crop", "linear", "tconv", "odd"])
        )
        before = ["input", *(r.name for r in rows)]
        inputs = draw(st.lists(st.sampled_from(before), min_size=0 if i else 1, max_size=3, unique=True))
        size = draw(st.sampled_from([4, 8, 16]))
        rows.append(
            FakeRow(f"{path}.r{i}".lstrip("."), word, tuple(inputs), (4, size, size), draw(st.integers(0, 9)))
        )
    ends = draw(st.lists(st.sampled_from(rows), min_size=1, max_size=3, unique_by=lambda r: r.name))
    return FakeCard(rows, {str(i): r.name for i, r in enumerate(ends)})


@given(cards(), st.sampled_from([None, 1, 2, 3]))
@settings(max_examples=80, deadline=None)
def test_any_net_can_be_drawn(card, depth):
    drawn = diagram(card, depth)
    check_geometry(drawn.layout)
    ET.fromstring(drawn.svg)
    net = Net(card, depth or 9)
    drawn_rows = [row.name for block in net.blocks.values() for row in block.rows]
    assert len(drawn_rows) == len(set(drawn_rows))
    left_out = [row for row in card.rows if row.name not in drawn_rows]
    assert {row.word for row in left_out} <= {"crop"}  # only crops leave the blocks, for the arrows
    assert len(left_out) >= sum(bool(text) for text in net.links.values())


@given(st.lists(st.tuples(st.integers(1, 3), st.integers(0, 3)), min_size=2, max_size=5), st.integers(1, 4))
@settings(max_examples=40, deadline=None)
def test_any_u_net_is_drawn_as_a_u(levels, low):
    rows: list[FakeRow] = []

    def put(word: str, *inputs: str) -> str:
        rows.append(FakeRow(f"r{len(rows)}", word, inputs, (4, size, size), 1 if "conv" in word else 0))
        return rows[-1].name

    last, size, skips = "input", 2 ** (len(levels) + 2), []
    for down, _ in levels:
        for _ in range(down):
            last = put("conv", last)
        skips.append(last)
        size //= 2
        last = put("pool", last)
    for _ in range(low):
        last = put("conv", last)
    for (_, up), skip in zip(reversed(levels), reversed(skips), strict=True):
        size *= 2
        last = put("concat", put("tconv", last), skip)
        for _ in range(up):
            last = put("conv", last)
    drawn = diagram(FakeCard(rows, {"": last}), 1)
    assert drawn.layout.form == "U"
    assert len(drawn.layout.rects) == len(rows) + 2
    check_geometry(drawn.layout)


# Folding.


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


def test_the_deepest_folding_that_fits_is_chosen():
    small, big, huge = diagram(residual(4)), diagram(residual(20)), diagram(residual(60))
    assert (small.depth, small.blocks) == (3, 13)
    assert (big.depth, big.blocks) == (2, 21)
    assert huge.depth <= 1
    assert 4 <= huge.blocks <= MOST


@pytest.mark.parametrize("count", [41, 100, 300])
def test_many_calls_on_one_level_are_folded_with_their_neighbours(count):
    drawn = diagram(FakeCard(chain(*["conv"] * count), {"": str(count - 1)}))
    assert drawn.depth == 0
    assert 15 <= drawn.blocks <= MOST
    assert "neighbours" in drawn.hint()
    check_geometry(drawn.layout)


def test_what_is_not_called_is_named_and_not_drawn():
    card = FakeCard([*chain("conv"), FakeRow("aux", "Aux", (), None, 999)], {"": "0"})
    drawn = diagram(card)
    assert drawn.blocks == 1
    assert drawn.idle == ("aux",)
    assert "Not called: aux." in drawn.description
    assert "aux" in drawn.hint()


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
    assert "a → add through slice · pad" in diagram(FakeCard(rows, {"": "add"})).description


def test_outputs_may_come_as_the_card_of_analyze_has_them():
    card = residual(2)
    plain = diagram(card).svg
    card.outputs = {"": ((8, 16, 16), None, "layer.1.add")}
    assert diagram(card).svg == plain


@pytest.mark.parametrize("depth", [0, -1, 1.5, True, "2"])
def test_a_depth_that_folds_nothing_is_refused(depth):
    with pytest.raises(InspectError, match=r"folds nothing: give 1, 2"):
        diagram(residual(1), depth)


# Layout.


def test_the_main_path_is_straight():
    layout = diagram(residual(3)).layout
    main = [r.x for key, r in layout.rects.items()]
    assert max(main) - min(main) < 1e-9


def test_skips_run_beside_the_blocks():
    layout = diagram(residual(3)).layout
    far = [r for r in layout.routes if len(r.curves) > 3]
    assert len(far) == 3
    edge = max(r.right for r in layout.rects.values())
    assert all(max(x for x, _ in route.points()) > edge for route in far)


def test_branches_stand_side_by_side():
    rects = diagram(inception()).layout.rects
    first = [rects[f"m.{k}#1"] for k in ("b1", "b2a", "b3a", "b4a")]
    assert len({r.y for r in first}) == 1
    assert [r.x for r in first] == sorted(r.x for r in first)


def test_a_u_net_looks_like_a_u():
    layout = diagram(u_net(3)).layout
    rects = layout.rects
    assert layout.form == "U"
    left, right = rects["down.0.a#1"].x, rects["conv.0#1"].x
    assert left < rects["bottom#1"].x < right
    assert max(r.top for r in rects.values()) == rects["bottom#1"].top
    for i in range(3):
        assert rects[f"down.{i}.b#1"].y == pytest.approx(rects[f"cat.{i}#1"].y)
        (skip,) = [r for r in layout.routes if r.link == Link(f"down.{i}.b#1", f"cat.{i}#1")]
        assert {round(y, 6) for _, y in skip.points()} == {round(rects[f"cat.{i}#1"].y, 6)}


def test_a_valid_u_net_has_its_crops_on_the_skips():
    drawn = diagram(u_net(3, crop=True))
    assert drawn.layout.form == "U"
    assert len(re.findall(">crop<", drawn.svg)) == 3
    assert "down.0.b → cat.0 through crop" in drawn.description


def test_skips_that_are_not_nested_make_no_u():
    assert diagram(u_net(3, spoil=True)).layout.form == "column"
    assert diagram(residual(4)).layout.form == "column"


def test_a_picture_fits_a_cell():
    for card in CARDS.values():
        assert diagram(card).layout.width <= 900


def test_of_two_equally_long_paths_the_heavier_one_is_the_main():
    nodes = [Node(k, 1, 1, 1, weight=w) for k, w in (("s", 0), ("a", 1), ("b", 2), ("t", 0))]
    links = [Link("s", "a"), Link("s", "b"), Link("a", "t"), Link("b", "t")]
    assert main_path(nodes, links) == ["s", "b", "t"]


def test_a_circle_is_an_error_and_no_endless_loop():
    with pytest.raises(AssertionError, match="circle"):
        sorted_nodes(["a", "b"], [("a", "b"), ("b", "a")])


def test_the_layout_of_nothing():
    assert place([], []).rects == {}


# The picture.


def test_the_svg_is_well_formed_and_says_what_it_shows():
    drawn = diagram(residual(2))
    root = ET.fromstring(drawn.svg)
    assert root.get("role") == "img"
    assert root.find(f"{SVG}title").text == "a net"
    assert root.find(f"{SVG}desc").text == drawn.description
    assert drawn.description == (
        "Block diagram of a net: 7 blocks for 9 calls, from input 3×16×16, output 8×16×16. The longest path: stem, "
        "layer.0.conv1, layer.0.conv2, layer.0.add, layer.1.conv1, layer.1.conv2, layer.1.add. "
        "2 skips: stem → layer.0.add, layer.0.add → layer.1.add."
    )


def test_folded_joins_are_told_and_marked():
    drawn = diagram(residual(2), 2)
    assert drawn.description.endswith("No skips between blocks. Joins are folded inside layer.0, layer.1.")
    assert drawn.svg.count("<circle") == 2


def test_every_block_and_every_arrow_is_drawn():
    for card in CARDS.values():
        drawn = diagram(card)
        root = ET.fromstring(drawn.svg)
        assert len(root.findall(f"{SVG}g/{SVG}g")) == len(drawn.layout.rects)
        assert len(root.findall(f"{SVG}g/{SVG}polygon")) == len(drawn.layout.routes)


def test_text_is_escaped_and_large_enough():
    card = residual(1)
    card.title = '<script>alert("x")</script> & more'
    card.rows[0].title = card.rows[0].word = "conv<&>"
    svg = diagram(card).svg
    assert "<script" not in svg
    assert ET.fromstring(svg).find(f"{SVG}title").text == card.title
    assert min(float(n) for n in re.findall(r'font-size="([\d.]+)"', svg)) >= 11


def test_text_stays_inside_its_block():
    for card in CARDS.values():
        for depth in (None, 1):
            drawn = diagram(card, depth)
            for group in ET.fromstring(drawn.svg).findall(f"{SVG}g/{SVG}g"):
                box = group.find(f"{SVG}rect")
                if box is None:
                    continue
                left, top = float(box.get("x")), float(box.get("y"))
                right, bottom = left + float(box.get("width")), top + float(box.get("height"))
                for text in group.findall(f"{SVG}text"):
                    half = (
                        width_of(text.text, float(text.get("font-size", 11)), "font-weight" in text.attrib)
                        / 2
                    )
                    assert left < float(text.get("x")) - half
                    assert float(text.get("x")) + half < right
                    assert top + 8 < float(text.get("y")) < bottom - 2


def test_text_stands_out_from_every_fill():
    colours = style()
    assert {ink_on(fill) for fill in colours.fills.values()} == {colours.ink}


def test_the_notebook_gets_an_image_with_alt_text():
    drawn = diagram(residual(2))
    html = drawn._repr_html_()
    data = re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', html).group(1)
    assert base64.b64decode(data).decode() == drawn.svg
    assert 'alt="Block diagram of a net: 7 blocks' in html
    assert "max-height: 80vh" in html
    assert "show(depth=3) opens" in diagram(residual(2), 2)._repr_html_()
    assert "opens" not in html
    assert len(repr(drawn)) < 120


@pytest.mark.parametrize("title", ["a net", "A network with a rather long name " * 2, "long" * 100])
def test_the_image_is_as_wide_as_the_picture_so_that_text_keeps_its_size(title):
    card = residual(2)
    card.title = title
    drawn = diagram(card)
    assert ET.fromstring(drawn.svg).get("width") == str(drawn.width)
    assert f'width="{drawn.width}" src=' in drawn._repr_html_()
    assert drawn.layout.width <= drawn.width + 0.5
    assert drawn.width <= 900


def test_a_picture_is_saved_as_svg_alone(tmp_path):
    drawn = diagram(residual(1))
    assert drawn.save(tmp_path / "net.svg").read_text(encoding="utf-8") == drawn.svg
    with pytest.raises(InspectError, match=r"'net.png' does not end in .svg, .*: call it net.svg"):
        drawn.save(tmp_path / "net.png")


def test_drawing_twice_gives_the_same_picture():
    assert diagram(u_net(3)).svg == diagram(u_net(3)).svg


def test_numbers_and_lines():
    assert [human(n) for n in (0, 999, 1000, 999_600, 2_634_177, 138_357_544)] == [
        "0",
        "999",
        "1K",
        "1M",
        "2.63M",
        "138M",
    ]
    assert wrap(["a", "b"], 100) == ["a · b"]
    assert wrap(["inception3a.branch2"], 90) == ["inception3a", ".branch2"]
    (cut,) = wrap(["averylongnamewithoutanydots"], 90)
    assert cut.startswith("…")
    assert width_of(cut) <= 90


# Real networks.

REAL = ("resnet18", "resnet50", "googlenet", "densenet121", "vgg11", "mobilenet_v3_small")


@pytest.mark.parametrize("name", REAL)
def test_torchvision_networks(name):
    models = pytest.importorskip("torchvision.models")
    from course.inspect import analyze

    more = {"init_weights": False} if name in ("googlenet", "vgg11") else {}
    with torch.device("meta"):
        card = analyze(models.get_model(name, **more), (3, 224, 224))
    for depth in (None, 1, 2, 3):
        drawn = diagram(card, depth)
        check_geometry(drawn.layout)
        assert drawn.layout.width <= 900
        assert depth is not None or drawn.blocks <= MOST
    assert card.show(1).svg == diagram(card, 1).svg


def test_a_resnet_18_shows_its_shortcuts():
    models = pytest.importorskip("torchvision.models")
    from course.inspect import analyze

    drawn = diagram(analyze(models.resnet18(), (3, 224, 224)))
    assert "5 skips: maxpool → layer1.0.add" in drawn.description
    assert (
        "Beside it: layer2.0.downsample.0, layer3.0.downsample.0, layer4.0.downsample.0." in drawn.description
    )
    rects = drawn.layout.rects
    main = {r.x for key, r in rects.items() if "downsample" not in key}
    assert len(main) == 1
    for one, two in pairwise(
        sorted((r for k, r in rects.items() if "downsample" not in k), key=lambda r: r.y)
    ):
        assert one.bottom < two.top


def test_a_googlenet_draws_its_branches():
    models = pytest.importorskip("torchvision.models")
    from course.inspect import analyze

    drawn = diagram(analyze(models.googlenet(init_weights=False), (3, 224, 224)), 2)
    rects = drawn.layout.rects
    row = [rects[f"inception4a.branch{i}#1"] for i in (1, 2, 3, 4)]
    assert len({r.y for r in row}) == 1
    assert [r.x for r in row] == sorted(r.x for r in row)
    assert drawn.idle == ("aux1", "aux2")
