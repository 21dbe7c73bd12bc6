"""The committed pictures of the bank are those that the generator draws, well formed, legible, and silent about the answer."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from course.quiz import pictures
from course.quiz.forms import QuizError
from course.quiz.pictures import FOLDER, PICTURES, draw_all

SVG = "{http://www.w3.org/2000/svg}"
NAMES = sorted(PICTURES)
QUESTIONS = [
    question
    for file in sorted(FOLDER.parent.glob("*.toml"))
    for question in tomllib.loads(file.read_text(encoding="utf-8"))["question"]
]


def drawn(name: str) -> ElementTree.Element:
    return ElementTree.fromstring(PICTURES[name]())


def luminance(colour: str) -> float:
    """WCAG 2: relative luminance of #rrggbb."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("name", NAMES)
def test_the_committed_picture_is_what_the_generator_draws(name: str) -> None:
    stored = (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    assert stored == PICTURES[name](), "draw the pictures again: python -m course.quiz.pictures"


def test_no_picture_is_left_over() -> None:
    assert sorted(f.stem for f in FOLDER.glob("*")) == NAMES


def test_every_picture_is_used_and_every_used_one_exists() -> None:
    assert {q["picture"] for q in QUESTIONS if "picture" in q} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_has_a_title_a_role_and_the_agreed_size(name: str) -> None:
    root = drawn(name)
    assert root.tag == f"{SVG}svg"
    title = root.find(f"{SVG}title")
    assert title is not None
    assert title.text
    assert root.get("role") == "img"
    assert (root.get("width"), root.get("height"), root.get("viewBox")) == ("360", "220", "0 0 360 220")


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_is_legible_on_any_page(name: str) -> None:
    root = drawn(name)
    paper = root[1]
    assert (paper.tag, paper.get("width"), paper.get("height"), paper.get("fill")) == (
        f"{SVG}rect", "360", "220", "#ffffff",
    )  # fmt: skip
    assert float(root.get("font-size", "0")) >= 12
    for text in root.iter(f"{SVG}text"):
        assert "font-size" not in text.attrib
        assert 1.05 / (luminance(text.get("fill", "")) + 0.05) >= 4.5, ElementTree.tostring(text)


@pytest.mark.parametrize("name", NAMES)
def test_everything_lies_on_the_page(name: str) -> None:
    """Words are measured roughly: 7.5 pixels a letter, which is wide for 12-pixel text."""
    root = drawn(name)
    for line in root.iter(f"{SVG}polyline"):
        for point in line.get("points", "").split():
            x, y = map(float, point.split(","))
            assert 0 <= x <= 360, name
            assert 0 <= y <= 220, name
    for text in root.iter(f"{SVG}text"):
        x, wide = float(text.get("x", "")), 7.5 * len(text.text or "")
        left = {"start": x, "middle": x - wide / 2, "end": x - wide}[text.get("text-anchor", "")]
        upright = any(text in group for group in root.iter(f"{SVG}g"))  # turned words run up the page
        assert upright or (left >= -1 and left + wide <= 361), text.text
        assert 9 <= float(text.get("y", "")) <= 218, text.text


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_carries_no_script_and_nothing_from_elsewhere(name: str) -> None:
    text = PICTURES[name]()
    assert not re.search(r"<script|<style|\bon\w+=|href|url\(|<image|<foreignObject", text)


#: What a picture asks for; none of it may stand in the file that the student sees.
SECRETS = {
    "losses-one": r"overfit|underfit|regulari",
    "losses-two": r"dropout|overfit|augment",
    "learning-rates": r"0\.003|0\.01|too",
    "activations": r"(?i)relu|tanh|logistic|softplus|sigmoid",
    "boundary": r"w₁|w₂|bias",
    "row-filters": r"1/3|mean|differ|laplac",
    "vgg-shares": r"(?i)param|multiply|(?<!font-)weight",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_does_not_say_the_answer(name: str) -> None:
    assert not re.search(SECRETS[name], PICTURES[name]())


def test_the_pictures_show_what_their_questions_say() -> None:
    """The measured curves have the properties on which the questions rest, whatever run is stored."""
    held = pictures.measured("regularisation", "none seed 1", "val_loss")
    train = pictures.measured("regularisation", "none seed 1", "train_loss")
    assert held.index(min(held)) + 1 == 5
    assert held[-1] > 2 * min(held)
    assert train[-1] < 0.05

    held = pictures.measured("regularisation", "all seed 1", "val_loss")
    train = pictures.measured("regularisation", "all seed 1", "train_loss")
    assert sum(v < t for v, t in zip(held, train, strict=True)) > 0.8 * len(held)

    a, b, c = (
        pictures.measured("relu_tanh", f"usual_relu rate {rate}", "train_loss")
        for rate in ("0.1", "0.003", "0.01")
    )
    assert c[-1] < b[-1] < a[-1]
    assert min(a[2:]) > 1.9
    assert b == sorted(b, reverse=True)


def test_the_points_lie_on_their_sides_of_the_line() -> None:
    root = drawn("boundary")
    axes = pictures.Axes(52, 12, 296, 162, x=(0, 6), y=(0, 4))
    sides: dict[str, set[bool]] = {}
    for dot in root.iter(f"{SVG}circle"):
        x = (float(dot.get("cx", "")) - axes.left) / axes.width * 6
        y = 4 - (float(dot.get("cy", "")) - axes.top) / axes.height * 4
        sides.setdefault(dot.get("fill", ""), set()).add(4 - x - 2 * y > 0)
    assert sides == {"#ffffff": {False}, pictures.INK: {True}}


def test_letters_stand_at_the_curves_that_the_questions_mean() -> None:
    """A is the rate 0.1, which ends highest; C is 0.01, which ends lowest."""
    heights = {
        t.text: float(t.get("y", ""))
        for t in drawn("learning-rates").iter(f"{SVG}text")
        if t.text in set("ABC")
    }
    assert heights["A"] < heights["B"] < heights["C"]

    curves = [c.get("points", "").split() for c in drawn("activations").iter(f"{SVG}polyline")]
    at_zero = []
    for n, curve in enumerate(c for c in curves if len(c) > 2):
        x, top = 34 + 176 * (n % 2) + 138 / 2, 12 + 106 * (n // 2)
        y = next(float(p.split(",")[1]) for p in curve if float(p.split(",")[0]) == x)
        at_zero.append(round(4 - (y - top) / 74 * 5.2, 1))
    assert at_zero == [0.7, 0, 0, 0.5]  # softplus, tanh, ReLU, logistic

    dots = [float(c.get("cy", "")) for c in drawn("row-filters").iter(f"{SVG}circle")]
    shown = [dots[:12], dots[12:22], dots[22:32], dots[32:]]
    values = [[round(4.5 - (y - 18 - 106 * (n // 2)) / 76 * 8) for y in row] for n, row in enumerate(shown)]
    assert values == [
        [1] * 6 + [4] * 6, [0, 0, 0, 0, 3, -3, 0, 0, 0, 0], [1, 1, 1, 1, 2, 3, 4, 4, 4, 4], [0, 0, 0, 0, 3, 3, 0, 0, 0, 0],
    ]  # fmt: skip


def test_the_bars_are_the_shares_of_vgg_16() -> None:
    """The dense layers hold 123,642,856 of 138,357,544 parameters, and 123,633,664 of 15,470,264,320 multiply–adds."""
    bars = [float(r.get("height", "")) for r in drawn("vgg-shares").iter(f"{SVG}rect")][1:13]
    p, q = bars[::2], bars[1::2]
    assert p[-1] == pytest.approx(140 * 123_642_856 / 138_357_544, abs=0.06)
    assert q[-1] == pytest.approx(140 * 123_633_664 / 15_470_264_320, abs=0.06)
    assert sum(p) == pytest.approx(140, abs=0.4)
    assert sum(q) == pytest.approx(140, abs=0.4)


def test_a_result_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(QuizError, match=r"regularisation\.json has no 'none seed 9'.*val_loss"):
        pictures.measured("regularisation", "none seed 9", "val_loss")
    monkeypatch.setattr(pictures, "RESULTS", tmp_path)
    with pytest.raises(QuizError, match=r"no stored result .*regularisation\.json: .*checkout"):
        pictures.measured("regularisation", "none seed 1", "val_loss")


def test_slide_is_cross_correlation() -> None:
    assert pictures.slide([1, 2, 4, 8], [1, 0, -1]) == [-3, -6]


def test_draw_all_writes_every_picture(tmp_path: Path) -> None:
    files = draw_all(tmp_path / "new")
    assert [f.stem for f in files] == NAMES
    assert all(f.read_bytes() == (FOLDER / f.name).read_bytes() for f in files)


def test_drawing_needs_nothing_but_the_standard_library() -> None:
    code = (
        "import sys, course.quiz.pictures as p; [make() for make in p.PICTURES.values()]; "
        "sys.exit(bool({'numpy', 'matplotlib', 'torch'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_names_are_registered_once() -> None:
    makers: list[Callable[[], str]] = list(PICTURES.values())
    assert len({make() for make in makers}) == len(makers)
