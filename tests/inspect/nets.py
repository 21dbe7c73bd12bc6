"""Invented cards for the tests of diagrams, and what every layout must keep."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations

from hypothesis import strategies as st


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
