"""What every explorer promises on Python's side, asked of each: state, repr, checks, fallbacks, size."""

from __future__ import annotations

import inspect
import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import nbconvert
import nbformat
import pytest

import course.widgets
from course.contents import LECTURES
from course.lectures import tidy
from course.widgets.bundle import FOLDER, bundle, parts
from course.widgets.catalogue import EXPLORERS, explorer_class
from course.widgets.explorer import Explorer

SVG = "{http://www.w3.org/2000/svg}"
OWN, WHOLE = (
    40_000,
    90_000,
)  # bytes, as shipped, of what an explorer shares with no other, and of all that it loads


@pytest.fixture(params=list(EXPLORERS))
def cls(request: Any) -> type[Explorer]:
    return explorer_class(request.param)


def entry(cls: type[Explorer]) -> str:
    return next(f"{name}.js" for name, (_, found) in EXPLORERS.items() if found == cls.__name__)


def output(explorer: Explorer) -> Any:
    data, metadata = explorer._repr_mimebundle_()
    return nbformat.v4.new_output("display_data", data=data, metadata=metadata)


def test_the_room_names_it(cls: type[Explorer]) -> None:
    assert getattr(course.widgets, cls.__name__) is cls
    assert cls.__name__ in course.widgets.__all__
    assert cls.SPEC["python"] == cls.__name__


def test_the_constructor_takes_the_state_by_name_with_the_same_defaults(cls: type[Explorer]) -> None:
    parameters = inspect.signature(cls.__init__).parameters
    for name, default in cls.DEFAULTS.items():
        assert name in parameters, name
        built = cls(**{name: parameters[name].default})
        assert getattr(built, name) == default, name


def test_state_repr_and_json_rebuild_it(cls: type[Explorer]) -> None:
    explorer = cls()
    assert json.loads(json.dumps(explorer.state)) == explorer.state
    assert cls.from_state(explorer.state).state == explorer.state
    assert eval(repr(explorer), {cls.__name__: cls}).state == explorer.state
    with pytest.raises(ValueError, match="has no state named 'strides_'"):
        cls.from_state({"strides_": 2})


def test_every_field_refuses_what_it_cannot_be_and_keeps_what_it_was(cls: type[Explorer]) -> None:
    explorer = cls()
    for name in cls.DEFAULTS:
        with pytest.raises(ValueError, match=name):
            cls(**{name: {"no": "such value"}})
        with pytest.raises(ValueError, match=name):
            setattr(explorer, name, {"no": "such value"})
    assert explorer.state == cls().state


def test_every_choice_and_preset_can_be_drawn_and_described(cls: type[Explorer]) -> None:
    said = {cls().description()}
    for name, field in cls.SPEC["state"].items():
        values = list(field.get("options", ())) + list(cls.SPEC.get(field.get("presets", ""), ()))
        values += [True, False] if field["type"] == "switch" else []
        for value in values:
            explorer = cls(**{name: value})
            words = explorer.description()
            drawing = ElementTree.fromstring(explorer.svg())
            assert drawing.findtext(f"{SVG}desc") == words, (name, value)
            assert drawing.findtext(f"{SVG}title")
            if explorer.problem:
                assert explorer.problem in words
            said.add(words)
    assert len(said) > 1, "the words never change"


def test_a_notebook_without_a_front_end_shows_picture_and_words(cls: type[Explorer]) -> None:
    explorer = cls()
    data, _ = explorer._repr_mimebundle_()
    assert set(data) == {"application/vnd.jupyter.widget-view+json", "image/svg+xml", "text/plain"}
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("w", outputs=[output(explorer)])])
    html, _ = nbconvert.HTMLExporter().from_notebook_node(notebook)
    assert "data:image/svg+xml;base64," in html
    assert "widget-view" not in html


def test_a_stored_lecture_has_it_as_an_image_with_alt_text(cls: type[Explorer]) -> None:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("w", outputs=[output(cls())])])
    [stored] = tidy(notebook).cells[0].outputs
    assert set(stored.data) == {"text/html", "text/plain"}
    assert re.match(r'<img alt="[^"]{60,}"', stored.data["text/html"])
    assert len(stored.data["text/html"]) < 60_000


def test_the_docstring_says_where_it_is_taught(cls: type[Explorer]) -> None:
    found = re.search(r"Taught in lectures? ([\d, and]+)", cls.__doc__ or "")
    assert found, cls.__name__
    assert {int(n) for n in re.findall(r"\d+", found[1])} <= {lecture.number for lecture in LECTURES}
    assert ">>>" in (cls.__doc__ or "")


def test_it_is_small_and_asks_nothing_of_a_network(cls: type[Explorer]) -> None:
    shared = {file for name in EXPLORERS if f"{name}.js" != entry(cls) for file in parts(f"{name}.js")}
    own = {file: len(text.encode()) for file, text in parts(entry(cls)).items() if file not in shared}
    assert sum(own.values()) < OWN, own
    assert len(bundle(entry(cls)).encode()) < WHOLE
    assert cls._esm == bundle(entry(cls))
    assert "url(" not in str(cls._css)
    assert "@import" not in str(cls._css)


def test_no_module_of_the_front_end_is_left_over() -> None:
    entries = [
        *(f"{name}.js" for name in EXPLORERS),
        "page.js",
        "quiz.js",
        "quiz_exam.js",
        *(path.name for path in FOLDER.glob("*_worker.js")),
    ]
    used = {file for entry in entries for file in parts(entry)}
    there = {path.name for path in Path(FOLDER).iterdir() if path.suffix in (".js", ".json")}
    assert there - used == set()
