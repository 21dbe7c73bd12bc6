"""Diagrams: what the picture and its words say, of invented and of real networks."""

from __future__ import annotations

import base64
import re
import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from course.inspect import InspectError, analyze
from course.inspect.diagram import diagram
from course.inspect.folding import MOST
from tests.inspect.nets import CARDS, FakeCard, FakeRow, cards, chain, check_geometry, residual, u_net

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("name", CARDS)
@pytest.mark.parametrize("depth", [None, 1, 2, 3])
def test_blocks_are_apart_and_arrows_pass_by(name, depth):
    check_geometry(diagram(CARDS[name], depth).layout)


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


def test_outputs_may_come_as_the_card_of_analyze_has_them():
    card = residual(2)
    plain = diagram(card).svg
    card.outputs = {"": ((8, 16, 16), None, "layer.1.add")}
    assert diagram(card).svg == plain


@pytest.mark.parametrize("depth", [0, -1, 1.5, True, "2"])
def test_a_depth_that_folds_nothing_is_refused(depth):
    with pytest.raises(InspectError, match=r"folds nothing: give 1, 2"):
        diagram(residual(1), depth)


def test_a_picture_fits_a_cell():
    for card in CARDS.values():
        assert diagram(card).layout.width <= 900


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


REAL = ("resnet18", "resnet50", "googlenet", "densenet121", "vgg11", "mobilenet_v3_small")


@pytest.mark.parametrize("name", REAL)
def test_torchvision_networks(name):
    models = pytest.importorskip("torchvision.models")
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
    drawn = diagram(analyze(models.googlenet(init_weights=False), (3, 224, 224)), 2)
    rects = drawn.layout.rects
    row = [rects[f"inception4a.branch{i}#1"] for i in (1, 2, 3, 4)]
    assert len({r.y for r in row}) == 1
    assert [r.x for r in row] == sorted(r.x for r in row)
    assert drawn.idle == ("aux1", "aux2")


@given(cards(), st.sampled_from([None, 1, 2, 3]))
@settings(max_examples=80, deadline=None)
def test_any_net_can_be_drawn(card, depth):
    drawn = diagram(card, depth)
    check_geometry(drawn.layout)
    ET.fromstring(drawn.svg)
